import { afterEach, describe, expect, it } from 'vitest'
import { readRemembered, rememberTools } from './remembered.js'
import { DEFAULT_BRUSH, getMask, setMask, useMask } from './store.js'

class Shelf implements Storage {
  readonly items = new Map<string, string>()
  get length(): number {
    return this.items.size
  }
  clear(): void {
    this.items.clear()
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null
  }
  removeItem(key: string): void {
    this.items.delete(key)
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value)
  }
}

const initial = getMask()
afterEach(() => useMask.setState(initial))

describe('the tools are as they were left', () => {
  it('size, hardness, tolerance and colour', () => {
    const shelf = new Shelf()
    rememberTools(shelf)
    setMask({ brush: { ...DEFAULT_BRUSH, diameter: 200 }, tolerance: 9, grow: -3 })
    const left = shelf.getItem('lacuna.mask') ?? ''
    useMask.setState(initial)
    const next = new Shelf()
    next.setItem('lacuna.mask', left)
    rememberTools(next)
    const { brush, tolerance, grow } = getMask()
    expect([brush.diameter, tolerance, grow]).toEqual([200, 9, -3])
  })

  it('but a mask is never hidden when a window opens', () => {
    const { brush, tolerance, contiguous, grow, feather, overlay } = initial
    const stored = JSON.stringify({
      brush,
      tolerance,
      contiguous,
      grow,
      feather,
      overlay: { ...overlay, visible: false },
    })
    expect(readRemembered(stored)?.overlay.visible).toBe(true)
  })

  it('and begin as new when what is stored cannot be read', () => {
    for (const stored of [null, '', '{', '{"brush":{"diameter":-1}}', '[]']) expect(readRemembered(stored)).toBeNull()
  })
})
