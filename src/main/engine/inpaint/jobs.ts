/** The kinds of work that lanes share. */
import { draw } from './drawing.js'
import { workOut } from './finish.js'
import type { Lane } from './lanes.js'
import { settle } from './levels.js'
import type { Job } from './task.js'

export function work(job: Job, lane: Lane): void {
  switch (job.kind) {
    case 'draw':
      lane.share(job.states.length, 1, (index) => draw(job.plans, job.states[index]!, job.seed, index, lane))
      return
    case 'finish':
      workOut(job.parts, job.task, job.plan, job.state, lane)
      return
    case 'settle':
      settle(job.plan, job.state, job.seed, lane, job.sigmas)
      return
  }
}
