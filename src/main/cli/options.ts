import { Option, type Command } from 'commander'
import type { Words } from '../../shared/words.js'

/**
 * How each option is written. What it does is `cli.option.<name>` of the catalogue, what it may be is in
 * `values.ts`; its name is commander's: the long flag in camel case.
 */
const flags = {
  output: '-o, --output <file|folder>',
  sigma: '--sigma <auto|0..75>',
  strength: '--strength <0..2>',
  detail: '--detail <0..1>',
  blend: '--blend <0..1>',
  mask: '--mask <file|beside|auto>',
  sensitivity: '--sensitivity <0..1>',
  fitMask: '--fit-mask',
  grow: '--grow <pixels>',
  feather: '--feather <pixels>',
  count: '--count <1..8>',
  left: '--left <pixels|%>',
  top: '--top <pixels|%>',
  right: '--right <pixels|%>',
  bottom: '--bottom <pixels|%>',
  aspect: '--aspect <width:height>',
  anchor: '--anchor <0..1>',
  scale: '--scale <1..8>',
  width: '--width <pixels|cm|mm|in>',
  height: '--height <pixels|cm|mm|in>',
  dpi: '--dpi <n>',
  input: '--input <auto|clean|photo>',
  ensemble: '--ensemble',
  mirror: '--mirror',
  rotate: '--rotate',
  model: '--model <id>',
  provider: '--provider <auto|cpu|webgpu|cuda|dml|coreml>',
  seed: '--seed <n>',
  tile: '--tile <pixels>',
  memory: '--memory <size>',
  format: '--format <keep|png|jpeg|webp|avif|tiff>',
  quality: '--quality <1..100>',
  depth: '--depth <keep|8|16>',
  name: '--name <template>',
  strip: '--strip',
  recursive: '-r, --recursive',
  overwrite: '--overwrite <never|always>',
  resume: '--resume',
  watch: '--watch',
  report: '--report <file>',
  port: '--port <n>',
  host: '--host <address>',
  allowRemote: '--allow-remote',
  root: '--root <folder>',
  open: '--no-open',
  paused: '--paused',
  dataDir: '--data-dir <folder>',
  json: '--json',
  quiet: '-q, --quiet',
} as const

export type OptionName = keyof typeof flags

/** May be given more than once: their values come as a list. */
const repeatable: readonly OptionName[] = ['root']

export const longFlag = (name: OptionName): string => /--[a-z-]+/.exec(flags[name])?.[0] ?? name

/** `params`: what differs from command to command in what is said of an option. */
export function addOptions(
  command: Command,
  names: readonly OptionName[],
  { t }: Words,
  params: Record<string, string> = {},
): Command {
  for (const name of names) {
    const option = new Option(flags[name], t(`cli.option.${name}`, params))
    if (repeatable.includes(name)) {
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
    }
    command.addOption(option)
  }
  return command
}
