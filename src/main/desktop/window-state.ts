/** Where the window was: kept from one start to the next, and corrected when the screens changed meanwhile. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'

export const minimum = { width: 960, height: 600 } as const

const side = z.number().int().min(1).max(32_767)
const place = z.number().int().min(-65_536).max(65_536)

export const WindowState = z.object({
  version: z.literal(1).default(1),
  /** Absent: the middle of the main screen. */
  x: place.optional(),
  y: place.optional(),
  width: side.default(1440),
  height: side.default(900),
  maximized: z.boolean().default(false),
})
export type WindowState = z.infer<typeof WindowState>

/** The usable part of a screen, in the same coordinates as windows. */
export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** The default for a file that is missing or damaged. */
export function readWindowState(file: string): WindowState {
  try {
    return WindowState.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return WindowState.parse({})
  }
}

export function keepWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileAtomic.sync(file, JSON.stringify(state))
}

/** How much of the window must be seen for its place to be kept: enough to take hold of it. */
const graspable = 100

/** The same state where it can be seen: no larger than its screen, and in the middle when its screen is gone. */
export function fitToScreens(state: WindowState, screens: readonly [Area, ...Area[]]): WindowState {
  const screen = screens.find((area) => isGraspable(state, area))
  const { width, height } = screen ?? screens[0]
  const size = {
    width: Math.max(minimum.width, Math.min(state.width, width)),
    height: Math.max(minimum.height, Math.min(state.height, height)),
  }
  return screen === undefined ? { ...state, ...size, x: undefined, y: undefined } : { ...state, ...size }
}

function isGraspable({ x, y, width, height }: WindowState, area: Area): boolean {
  if (x === undefined || y === undefined) return false
  const seenWidth = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  const seenHeight = Math.min(y + height, area.y + area.height) - Math.max(y, area.y)
  // The bar to drag it by is at the top.
  return seenWidth >= graspable && seenHeight >= graspable && y >= area.y
}
