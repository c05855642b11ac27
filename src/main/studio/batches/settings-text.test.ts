import { describe, expect, it } from 'vitest'
import { JobRequest } from '../../../shared/job.js'
import { settingsText } from './settings-text.js'

const request = (asked: Record<string, unknown>): JobRequest =>
  JobRequest.parse({
    output: { format: 'keep' },
    inputs: ['/photos'],
    target: '/out',
    template: '{name}_made',
    recursive: false,
    ...asked,
  })

describe('the settings of a job are told in words that could be typed', () => {
  it('of denoising', () =>
    expect(settingsText(request({ edit: { kind: 'denoise', detail: 0.3 }, run: { provider: 'cpu' } }))).toBe(
      'model lacuna-denoise, sigma auto, strength 1, detail 0.3, blend 0, steps 6, seed 0, format keep, depth keep, name {name}_made, overwrite never, provider cpu',
    ))

  it.each([
    [{ by: 'scale', scale: 1.5 }, 'scale 1.5'],
    [{ by: 'width', width: 400 }, 'width 400'],
    [{ by: 'fit', width: 3840, height: 2160 }, 'width 3840, height 2160'],
  ])('of enlarging: the size %o', (target, text) =>
    expect(settingsText(request({ edit: { kind: 'upscale', target, ensemble: true } }))).toContain(
      `model lacuna-upscale, input auto, ensemble, ${text}, format keep`,
    ),
  )

  it('of enlarging: the seed with the detail that is drawn from it', () => {
    const edit = { kind: 'upscale', detail: 0.5, seed: 3 }
    expect(settingsText(request({ edit }))).toContain('detail 0.5, seed 3, scale 2')
  })

  it.each([
    [{ from: 'file', path: '/masks/dust.png', fit: true }, 'mask /masks/dust.png, fit'],
    [{ from: 'beside', fit: false }, 'mask beside, format'],
    [{ from: 'auto', sensitivity: 0.7 }, 'mask auto, sensitivity 0.7'],
  ])('of filling: the mask %o', (mask, text) =>
    expect(settingsText(request({ edit: { kind: 'inpaint' }, mask }))).toContain(`seed 0, ${text}`),
  )

  it('of extending: the aspect as it is typed, and how many are written', () => {
    const edit = { kind: 'extend', left: '10%', aspect: [16, 9], variations: 3 }
    const text = settingsText(request({ edit, count: 3 }))
    expect(text).toContain('left 10%, top 0')
    expect(text).toContain('aspect 16:9, count 3, format')
  })

  it('never with what is no text, or with what is not set', () => {
    for (const kind of ['denoise', 'upscale', 'inpaint', 'extend'])
      expect(settingsText(request({ edit: { kind } }))).not.toMatch(/object|null|undefined|false|version/)
  })
})
