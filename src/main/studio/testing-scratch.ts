/** A process that a test kills: makes and removes folders of scratch in the given folder, twenty at a time, for ever. */
import { openScratch } from './scratch.js'

const [jobs = ''] = process.argv.slice(2)
const work = async (): Promise<never> => {
  for (;;) await (await openScratch(jobs)).remove()
}
const all = Array.from({ length: 20 }, work)
process.stdout.write('working\n')
await Promise.all(all)
