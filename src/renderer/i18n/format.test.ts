import { describe, expect, it } from 'vitest'
import { createFormat } from './format.js'

const format = createFormat('en', (unit, { value }) => `${String(value)} ${unit}`)

describe('amounts of bytes', () => {
  it('of files and disks are counted in thousands', () => {
    expect([950, 1e5, 9.4e6, 12e6, 1.5e9].map(format.bytes)).toEqual([
      ...['1 kilobytes', '100 kilobytes', '9.4 megabytes', '12 megabytes', '1.5 gigabytes'],
    ])
  })

  it('of memory as it was typed: 900M is 900 MB, 4GB is 4 GB', () => {
    expect([900 * 2 ** 20, 4 * 2 ** 30, 2 ** 20].map(format.memory)).toEqual([
      ...['900 megabytes', '4.0 gigabytes', '1.0 megabytes'],
    ])
  })
})
