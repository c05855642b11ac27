/** How the options of `models import` are written: what a person knows better than the network tells. */
export const importFlags = {
  id: '--id <id>',
  name: '--name <text>',
  licence: '--licence <text>',
  source: '--source <text>',
  summary: '--summary <text>',
  scale: '--scale <1..8>',
  channels: '--channels <rgb|bgr>',
  range: '--range <0..1|0..255|-1..1>',
  rangeOut: '--range-out <0..1|0..255|-1..1>',
  mask: '--mask <known,hole>',
  order: '--order <image-first|mask-first>',
  multipleOf: '--multiple-of <pixels>',
  least: '--least <pixels>',
  most: '--most <pixels>',
  margin: '--margin <pixels>',
} as const

export type ImportFlag = keyof typeof importFlags
