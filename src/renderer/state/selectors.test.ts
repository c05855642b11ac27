import { describe, expect, it } from 'vitest'
import type { StudioView } from '../../shared/contract.js'
import { Settings } from '../../shared/settings.js'
import { outputOf } from './selectors.js'
import { getStudio, type Studio } from './store.js'

const studio = (settings: Partial<Settings>, output: Studio['output'] = {}): Studio => {
  const server: StudioView = {
    documents: [],
    jobs: [],
    batches: [],
    queuePaused: false,
    shown: null,
    engine: { state: 'ready', provider: null, device: null, memoryUsed: 0, memoryBudget: 0 },
    settings: { ...Settings.parse({}), ...settings },
  }
  return { ...getStudio(), server, output }
}

describe('an export starts with what the settings say', () => {
  it('each format at its own quality, when they say nothing', () =>
    expect(outputOf(studio({}))).toEqual({ format: 'keep', depth: 'keep', strip: false }))

  it('format and quality', () =>
    expect(outputOf(studio({ format: 'webp', quality: 70 }))).toMatchObject({ format: 'webp', quality: 70 }))

  it('and what is chosen in the form goes before', () =>
    expect(outputOf(studio({ format: 'webp', quality: 70 }, { format: 'png', strip: true }))).toEqual({
      format: 'png',
      depth: 'keep',
      strip: true,
      quality: 70,
    }))

  it('a quality that was set back by hand is the settings’ again', () =>
    expect(outputOf(studio({ quality: 70 }, { quality: undefined }))).toMatchObject({ quality: 70 }))
})
