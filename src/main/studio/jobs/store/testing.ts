/** What the tests of the job store put into it, and processes to own its leases. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { type ItemResult, JobRequest } from '../../../../shared/job.js'
import type { Owner } from '../../owner.js'
import type { NewItem, NewJob } from './records.js'

export const request = JobRequest.parse({
  edit: { kind: 'denoise' },
  output: {},
  inputs: ['/photos'],
  target: '/results',
  template: '{name}_denoised',
})

export const newJob = (change: Partial<NewJob> = {}): NewJob => ({
  name: 'photos',
  origin: 'browser',
  request,
  state: 'waiting',
  ...change,
})

export const photo = (name: string, change: Partial<NewItem> = {}): NewItem => ({
  input: `/photos/${name}.jpg`,
  label: `${name}.jpg`,
  target: `/results/${name}_denoised.jpg`,
  output: request.output,
  makeFolder: false,
  bytes: 1000,
  state: 'waiting',
  skip: null,
  error: null,
  ...change,
})

export const photos = (count: number): NewItem[] => Array.from({ length: count }, (_, index) => photo(`p${index + 1}`))

export const resultOf = (sha256: string): ItemResult => ({
  bytes: 2000,
  sha256,
  seconds: 1.5,
  model: 'lacuna-denoise',
  provider: 'cpu',
  device: 'CPU',
  sigma: 12,
  notes: [{ code: 'metadata.exifLost', params: {} }],
})

/** A process of this machine that has ended. */
export function deadOwner(): Owner {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  return { host: hostname(), pid, start: null }
}

/** A process of this machine that lives until `kill` was awaited. */
export async function livingOwner(): Promise<{ owner: Owner; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  if (child.pid === undefined) throw new Error('no process was started')
  return {
    owner: { host: hostname(), pid: child.pid, start: null },
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

export const remoteOwner: Owner = { host: 'another-machine.example', pid: 4711, start: null }
