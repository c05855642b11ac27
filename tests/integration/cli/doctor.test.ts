import { appendFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import english from '../../../resources/locales/en.json'
import { version } from '../../../package.json'
import { doctorText } from '../../../src/main/cli/report/doctor.js'
import { DoctorEvent, ServingEvent } from '../../../src/shared/events.js'
import { createWords } from '../../../src/shared/words.js'
import { openBench, root, type Bench } from './lacuna.js'

let bench: Bench
beforeAll(async () => {
  bench = await openBench([])
})
afterAll(() => bench[Symbol.asyncDispose]())

describe('lacuna doctor', () => {
  it('is content when the CPU runs the bundled models (this runs the real model on its golden tile)', async () => {
    const { code, stdout, stderr } = await bench.run(['doctor', '--json'])
    const report = DoctorEvent.parse(JSON.parse(stdout))
    expect([code, stderr, report.healthy]).toEqual([0, '', true])
    expect(report.versions).toMatchObject({ lacuna: version, node: process.versions.node })
    expect(Object.keys(report.versions)).toEqual(expect.arrayContaining(['onnxruntime', 'sharp', 'libvips']))
    expect(report.models).toContainEqual({ id: 'lacuna-denoise', state: 'intact', reason: null })
    const cpu = report.providers.find(({ provider, model }) => provider === 'cpu' && model === 'lacuna-denoise')
    expect(cpu).toMatchObject({ state: 'passed', reason: null })
    expect(cpu?.megapixelsPerSecond).toBeGreaterThan(0)
    for (const { state, reason } of report.providers) if (state !== 'passed') expect(reason).toBeTruthy()
    for (const folder of ['data', 'config', 'cache', 'state'])
      expect(report.folders[folder]).toBe(join(bench.home, folder))
    expect(report.memory.total).toBeGreaterThan(report.memory.budget)
  })

  it('says which model is damaged, and ends with 1', async () => {
    const model = join(bench.home, 'data/models/lacuna-denoise')
    await cp(join(root, 'models/lacuna-denoise'), model, { recursive: true })
    await appendFile(join(model, 'model.onnx'), 'one byte too many')
    const { code, stdout, stderr } = await bench.run(['doctor'])
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^ {2}lacuna-denoise +damaged/m)
    expect(stdout).toContain('Something that is needed does not work')
  })

  it('prints aligned tables for people', () => {
    const none = { maxError: null, megapixelsPerSecond: null }
    const text = doctorText(
      {
        v: 1,
        event: 'doctor',
        healthy: true,
        versions: { lacuna: '1.0.0', onnxruntime: '1.30.0' },
        providers: [
          {
            provider: 'cpu',
            device: 'A CPU',
            model: 'm',
            state: 'passed',
            maxError: 5e-7,
            megapixelsPerSecond: 0.4444,
            reason: null,
          },
          {
            provider: 'webgpu',
            device: 'A GPU',
            model: 'm',
            state: 'unavailable',
            ...none,
            reason: 'no adapter\nat x',
          },
        ],
        models: [{ id: 'm', state: 'intact', reason: null }],
        memory: { total: 2 ** 34, free: 2 ** 33, budget: 2 ** 32, engineRss: 2 ** 27 },
        folders: { data: '/d' },
      },
      createWords(english),
    )
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '  lacuna       1.0.0',
        '  onnxruntime  1.30.0',
        '  cpu     passed       m  0.444 MP/s  error 5.0e-7  A CPU',
        '  webgpu  unavailable  m                            no adapter',
        '  budget of this program  4.0 GB',
        'Everything that is needed works.',
      ]),
    )
  })
})

describe('lacuna serve', () => {
  it('prints its address, answers there, and ends with 0 at Ctrl+C', async () => {
    const run = bench.start(['serve', '--port', '0', '--no-open', '--json'])
    const first = await new Promise<string>((done) => run.stdout?.once('data', (data: Buffer) => done(data.toString())))
    const { url, port } = ServingEvent.parse(JSON.parse(first))
    expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#token=.{20,}$`))
    expect((await fetch(url)).headers.get('content-security-policy')).toBeTruthy()
    run.kill('SIGINT')
    const { exitCode, stdout, stderr } = await run
    expect([exitCode, String(stdout).split('\n').length, stderr]).toEqual([0, 1, ''])
  })

  it('says which port is taken, and ends with 2', async () => {
    const run = bench.start(['serve', '--port', '0', '--no-open', '--json'])
    const first = await new Promise<string>((done) => run.stdout?.once('data', (data: Buffer) => done(data.toString())))
    const { port } = ServingEvent.parse(JSON.parse(first))
    const second = await bench.run(['serve', '--port', String(port), '--no-open'])
    expect([second.code, second.stdout]).toEqual([2, ''])
    expect(second.stderr).toContain(`port ${port} of 127.0.0.1 is used by another program.`)
    run.kill('SIGINT')
    expect((await run).exitCode).toBe(0)
  })
})
