/**
 * What is remembered of a document between two runs: its states but the original, whose pixels are the file itself. Hashes
 * are listed once and named by their place, since most tiles of a state are those of the one before.
 */
import { z } from 'zod'
import { Edit } from '../../../../shared/edit.js'
import { LacunaError } from '../../../../shared/errors.js'
import { JobReport } from '../../../../shared/picture.js'
import { StoredPixels } from '../../../engine/protocol/tasks.js'

/** The id of every document's first state, which is never stored. */
export const ORIGINAL = 'original'

const CURRENT = 1
const place = z.number().int().nonnegative()

const StateRecord = z.object({
  id: z.string().min(1),
  edit: Edit,
  ...StoredPixels.omit({ profile: true, tiles: true }).shape,
  profile: place.nullable(),
  tiles: z.array(place),
  thumb: place,
  report: JobReport.nullable(),
  at: z.number(),
  exported: z.boolean(),
})

const DocumentRecord = z.object({
  version: z.literal(CURRENT),
  /** The file's name when it was last open: for people who look into the folder. */
  name: z.string(),
  /** Where the file was then; null for what the page had sent, and in records of the first programs. */
  path: z.string().nullable().default(null),
  /** Which state is shown: 0 is the original, 1 the first of `states`. */
  current: z.number().int().nonnegative(),
  hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  states: z.array(StateRecord),
})

export interface StoredState {
  readonly id: string
  readonly edit: Edit
  readonly pixels: StoredPixels
  readonly thumb: string
  readonly report: JobReport | null
  readonly at: number
  readonly exported: boolean
}

export interface StoredDocument {
  readonly name: string
  readonly path: string | null
  readonly current: number
  /** In order, the original left out. */
  readonly states: readonly StoredState[]
}

/** From each version to the next; a fixture of every released version is in the tests. */
const upcasters: Readonly<Record<number, (older: object) => object>> = {}

export class NewerRecord extends Error {}

/** Throws {@link NewerRecord}, or `history.damaged` for what is no record. */
export function parseRecord(text: string, name: string): StoredDocument {
  try {
    let value: unknown = JSON.parse(text)
    for (let version = versionOf(value); version !== CURRENT; version = versionOf(value)) {
      if (version > CURRENT) throw new NewerRecord(`version ${version}`)
      const upcast = upcasters[version]
      if (upcast === undefined) throw new Error(`no upcaster from version ${version}`)
      value = upcast(value as object)
    }
    return expand(DocumentRecord.parse(value))
  } catch (error) {
    if (error instanceof NewerRecord) throw error
    throw new LacunaError('history.damaged', { name }, error)
  }
}

const versionOf = (value: unknown): number => z.object({ version: z.number().int() }).parse(value).version

function expand({ name, path, current, hashes, states }: z.infer<typeof DocumentRecord>): StoredDocument {
  const hash = (at: number): string => {
    const found = hashes[at]
    if (found === undefined) throw new RangeError(`no hash ${at}`)
    return found
  }
  if (current > states.length) throw new RangeError(`no state ${current}`)
  return {
    name,
    path,
    current,
    states: states.map(({ width, height, bands, depth, profile, tiles, thumb, ...rest }) => ({
      ...rest,
      pixels: {
        ...{ width, height, bands, depth },
        profile: profile === null ? null : hash(profile),
        tiles: tiles.map(hash),
      },
      thumb: hash(thumb),
    })),
  }
}

export function writeRecord({ name, path, current, states }: StoredDocument): string {
  const places = new Map<string, number>()
  const at = (hash: string): number => {
    const known = places.get(hash)
    if (known !== undefined) return known
    places.set(hash, places.size)
    return places.size - 1
  }
  const written = states.map(({ pixels: { profile, tiles, ...shape }, thumb, ...rest }) => ({
    ...rest,
    ...shape,
    profile: profile === null ? null : at(profile),
    tiles: tiles.map(at),
    thumb: at(thumb),
  }))
  const record: z.infer<typeof DocumentRecord> = {
    version: CURRENT,
    ...{ name, path, current },
    hashes: [...places.keys()],
    states: written,
  }
  return JSON.stringify(record)
}
