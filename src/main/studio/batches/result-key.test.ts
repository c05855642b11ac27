import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testHome, type TestHome } from '../../../../tests/support/studio.js'
import { InpaintEdit } from '../../../shared/edit.js'
import { JobRequest } from '../../../shared/job.js'
import { OutputSettings } from '../../../shared/picture.js'
import { memoryStore } from '../jobs/store/memory.js'
import type { JobStore } from '../jobs/store/store.js'
import { openLibrary, type Library } from '../library/library.js'
import { resultKey } from './result-key.js'
import { maskIdentity, maskOf } from './run-item.js'

let home: TestHome
let store: JobStore
let library: Library
beforeEach(async () => {
  home = testHome()
  store = memoryStore()
  library = await openLibrary(home.paths)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

const edit = InpaintEdit.parse({ kind: 'inpaint' })
const output = OutputSettings.parse({})

async function keyWith(mask: JobRequest['mask']): Promise<string> {
  const request = JobRequest.parse({ edit, output, mask, inputs: [], target: home.at('out'), template: '{name}' })
  const identity = await maskIdentity(store, maskOf(request, home.at('a.png')), new AbortController().signal)
  return resultKey({ content: 'abc', edit, mask: identity, output, run: { provider: 'cpu' } }, library)
}

describe("a filled picture's key", () => {
  it('is another one when what is in the mask is', async () => {
    const mask = { from: 'file', path: home.at('mask.png'), fit: false } as const
    writeFileSync(mask.path, 'one')
    const first = await keyWith(mask)
    expect(await keyWith(mask)).toBe(first)
    writeFileSync(mask.path, 'another')
    const second = await keyWith(mask)
    expect(second).not.toBe(first)
    // Where the mask lies plays no part in it.
    writeFileSync(home.at('a.mask.png'), 'another')
    expect(await keyWith({ from: 'beside', fit: false })).toBe(second)
  })

  it('is another one for another sensitivity to scratches', async () => {
    const keys = [0.3, 0.5, 0.3].map((sensitivity) => keyWith({ from: 'auto', sensitivity }))
    const [low, high, again] = await Promise.all(keys)
    expect(low).toBe(again)
    expect(low).not.toBe(high)
  })
})
