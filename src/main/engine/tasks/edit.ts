/** The `edit` task: each kind of edit is a handler of its own and a line here. */
import { rm } from 'node:fs/promises'
import type { Edit } from '../../../shared/edit.js'
import type { TaskInput, TaskResult } from '../protocol/tasks.js'
import type { Handler, TaskContext } from './context.js'
import { denoiseEdit } from './denoise-edit.js'
import { extendEdit, inpaintEdit } from './fill.js'
import { upscaleEdit } from './upscale-edit.js'

type EditOf<K extends Edit['kind']> = Extract<Edit, { kind: K }>

export type EditHandler<K extends Edit['kind']> = (
  input: TaskInput<'edit'>,
  edit: EditOf<K>,
  context: TaskContext,
) => Promise<TaskResult<'edit'>>

export const edit: Handler<'edit'> = async (input, context) => {
  // What an attempt that ended with the process left behind.
  await rm(input.out, { force: true })
  switch (input.edit.kind) {
    case 'denoise':
      return await denoiseEdit(input, input.edit, context)
    case 'inpaint':
      return await inpaintEdit(input, input.edit, context)
    case 'extend':
      return await extendEdit(input, input.edit, context)
    case 'upscale':
      return await upscaleEdit(input, input.edit, context)
  }
}
