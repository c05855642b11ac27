/**
 * Every action of the interface: one entry feeds its button, menu, tooltip, the key list, the key dispatch and remapping.
 */
import type { UiKey } from '../i18n/index.js'
import { pauseOrResume, runShown, sendToBatch } from '../batch/commands.js'
import { canPauseOrResume, canRun, selectedDocuments } from '../batch/selectors.js'
import { askForFiles } from '../open/open.js'
import { closeWithUndo } from '../open/close.js'
import { discardFill, fillAgain, fillOrKeep, keepShown, stepVariation } from '../fill/commands.js'
import { activeFill, canFill, canKeep, fillPhase, isFilling } from '../fill/selectors.js'
import { redoMask, undoMask } from '../mask/commands.js'
import { getMask } from '../mask/store.js'
import { applyEdit, cancelAll, cancelJob, reopenDocument, stepHistory } from '../state/commands.js'
import { canRedo, canUndo, isReady, liveJobs, runningEdit, runningExport } from '../state/selectors.js'
import { getStudio, setStudio, type PanelId, type Studio, type ViewId } from '../state/store.js'
import { canUpscale } from '../upscale/selectors.js'
import {
  cycleCompare,
  fit,
  pan,
  showPanel,
  stepDocument,
  toggleFit,
  toggleQuick,
  zoomByStop,
  zoomTo,
} from '../state/view.js'

import { maskActions } from './mask-actions.js'

export type ActionGroup = 'file' | 'edit' | 'mask' | 'view' | 'canvas' | 'window'

export interface Action {
  readonly label: UiKey
  readonly group: ActionGroup
  /** Default keys; the first is shown and can be changed. */
  readonly keys: readonly string[]
  readonly when?: (studio: Studio) => boolean
  readonly run: () => void
  /** Only in this view: in another view the same key may do something else. */
  readonly view?: ViewId
  /** Only while a fill is drawn or waits for an answer: then it goes before what its key does at other times. */
  readonly mode?: 'fill'
  /** Only while the canvas itself has the focus. */
  readonly onCanvas?: true
  /** Called on release; the action lasts for as long as the key is held. */
  readonly release?: () => void
  /** The browser's own event does the work (paste); the key is listed, not dispatched. */
  readonly native?: true
}

const isOnline = ({ connection, capabilities }: Studio): boolean => connection === 'online' && capabilities !== null
const hasDocument = ({ active }: Studio): boolean => active !== null
const inEdit = (studio: Studio): boolean => studio.view === 'edit' && hasDocument(studio)
const readyInEdit = (studio: Studio): boolean => inEdit(studio) && isReady(studio)
const set = (change: (studio: Studio) => void) => (): void => setStudio(change)
const NUDGE = 64
const canApply: Record<PanelId, (studio: Studio) => boolean> = {
  denoise: () => true,
  upscale: canUpscale,
  fill: canFill,
  extend: canFill,
}

const define = <Id extends string>(actions: Record<Id, Action>): Record<Id, Action> => actions

export const actions = define({
  'file.open': { label: 'action.open', group: 'file', keys: ['Mod+O'], when: isOnline, run: () => void askForFiles() },
  'file.paste': { label: 'action.paste', group: 'file', keys: ['Mod+V'], native: true, run: () => undefined },
  'file.export': {
    label: 'action.export',
    group: 'file',
    keys: ['Mod+E'],
    when: readyInEdit,
    run: set((studio) => void (studio.dialog = studio.dialog === 'export' ? null : 'export')),
  },
  'file.close': {
    label: 'action.close',
    group: 'file',
    keys: ['Shift+W'],
    when: inEdit,
    run: () => void closeWithUndo(getStudio().active),
  },
  'file.reopen': { label: 'action.reopen', group: 'file', keys: ['Shift+T'], run: () => void reopenDocument() },
  'file.next': {
    label: 'action.nextPicture',
    group: 'file',
    keys: ['PageDown'],
    when: inEdit,
    run: () => stepDocument(1),
  },
  'file.previous': {
    label: 'action.previousPicture',
    group: 'file',
    keys: ['PageUp'],
    when: inEdit,
    run: () => stepDocument(-1),
  },

  'edit.undo': {
    label: 'action.undo',
    group: 'edit',
    keys: ['Mod+Z'],
    // A fill that waits goes first, then what was painted on the state, then the state itself.
    when: (studio) => inEdit(studio) && (isFilling(studio) || getMask().shown?.canUndo === true || canUndo(studio)),
    run: () => void (isFilling(getStudio()) ? discardFill() : undoMask() || stepHistory(-1)),
  },
  'edit.redo': {
    label: 'action.redo',
    group: 'edit',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: (studio) => inEdit(studio) && (getMask().shown?.canRedo === true || canRedo(studio)),
    run: () => void (redoMask() || stepHistory(1)),
  },
  'edit.apply': {
    label: 'action.apply',
    group: 'edit',
    keys: ['Mod+Enter'],
    view: 'edit',
    when: (studio) => readyInEdit(studio) && runningEdit(studio) === null && canApply[studio.panel](studio),
    run: () => {
      const { panel } = getStudio()
      void (panel === 'fill' || panel === 'extend' ? fillOrKeep() : applyEdit())
    },
  },
  'edit.cancel': {
    label: 'action.cancel',
    group: 'edit',
    keys: ['Shift+X'],
    when: (studio) => runningEdit(studio) !== null || runningExport(studio) !== null || fillPhase(studio) === 'drawing',
    run: () => {
      if (fillPhase(getStudio()) === 'drawing') return void discardFill()
      const job = runningEdit(getStudio()) ?? runningExport(getStudio())
      if (job !== null) void cancelJob(job.id)
    },
  },
  'edit.cancelAll': {
    label: 'action.cancelAll',
    group: 'edit',
    keys: ['Mod+Shift+X'],
    when: (studio) => liveJobs(studio).length > 0,
    run: () => void cancelAll(),
  },
  'edit.preview': {
    label: 'action.preview',
    group: 'edit',
    keys: ['P'],
    when: readyInEdit,
    run: set((studio) => void (studio.preview = !studio.preview)),
  },

  'fill.again': {
    label: 'action.fillAgain',
    group: 'edit',
    keys: ['Mod+Shift+Enter'],
    when: (studio) => readyInEdit(studio) && activeFill(studio) !== null && fillPhase(studio) !== 'keeping',
    run: () => void fillAgain(),
  },
  'fill.keep': {
    label: 'action.fillKeep',
    group: 'edit',
    keys: ['Enter'],
    mode: 'fill',
    when: canKeep,
    run: () => void keepShown(),
  },
  'fill.discard': {
    label: 'action.fillDiscard',
    group: 'edit',
    keys: ['Esc'],
    mode: 'fill',
    when: isFilling,
    run: () => void discardFill(),
  },
  'fill.previous': {
    label: 'action.fillPrevious',
    group: 'edit',
    keys: ['Left'],
    mode: 'fill',
    when: canKeep,
    run: () => stepVariation(-1),
  },
  'fill.next': {
    label: 'action.fillNext',
    group: 'edit',
    keys: ['Right'],
    mode: 'fill',
    when: canKeep,
    run: () => stepVariation(1),
  },
  'fill.quick': { label: 'action.quickFill', group: 'edit', keys: ['Q'], when: inEdit, run: toggleQuick },

  'batch.send': {
    label: 'action.sendToBatch',
    group: 'edit',
    keys: ['Shift+B'],
    when: (studio) => inEdit(studio) && selectedDocuments(studio).length > 0,
    run: () => void sendToBatch(selectedDocuments(getStudio())),
  },
  'batch.run': {
    label: 'action.runBatch',
    group: 'edit',
    keys: ['Mod+Enter'],
    view: 'batch',
    when: canRun,
    run: () => void runShown(),
  },
  'batch.pause': {
    label: 'action.pauseBatch',
    group: 'edit',
    keys: ['Shift+P'],
    view: 'batch',
    when: canPauseOrResume,
    run: () => void pauseOrResume(),
  },

  'view.fit': { label: 'action.fit', group: 'view', keys: ['Mod+0'], when: inEdit, run: fit },
  'view.100': { label: 'action.zoom100', group: 'view', keys: ['Mod+1'], when: inEdit, run: () => zoomTo(1) },
  'view.200': { label: 'action.zoom200', group: 'view', keys: ['Mod+2'], when: inEdit, run: () => zoomTo(2) },
  'view.400': { label: 'action.zoom400', group: 'view', keys: ['Mod+3'], when: inEdit, run: () => zoomTo(4) },
  'view.800': { label: 'action.zoom800', group: 'view', keys: ['Mod+4'], when: inEdit, run: () => zoomTo(8) },
  'view.zoomIn': { label: 'action.zoomIn', group: 'view', keys: ['+', '='], when: inEdit, run: () => zoomByStop(1) },
  'view.zoomOut': { label: 'action.zoomOut', group: 'view', keys: ['-'], when: inEdit, run: () => zoomByStop(-1) },
  'view.toggleFit': { label: 'action.toggleFit', group: 'view', keys: ['Shift+Z'], when: inEdit, run: toggleFit },
  'view.compare': { label: 'action.compare', group: 'view', keys: ['C'], when: inEdit, run: cycleCompare },
  'view.original': {
    label: 'action.original',
    group: 'view',
    keys: ['`'],
    when: inEdit,
    run: set((studio) => void (studio.original = true)),
    release: set((studio) => void (studio.original = false)),
  },

  'tool.hand': {
    label: 'action.hand',
    group: 'canvas',
    keys: ['V', 'H'],
    when: inEdit,
    run: set((studio) => void (studio.tool = 'hand')),
  },
  'tool.zoom': {
    label: 'action.zoomTool',
    group: 'canvas',
    keys: ['Z'],
    when: inEdit,
    run: set((studio) => void (studio.tool = 'zoom')),
  },
  ...maskActions,

  'canvas.pan': {
    label: 'action.holdToPan',
    group: 'canvas',
    keys: ['Space'],
    when: inEdit,
    run: set((studio) => void (studio.panning = true)),
    release: set((studio) => void (studio.panning = false)),
  },
  'canvas.left': {
    label: 'action.moveLeft',
    group: 'canvas',
    keys: ['Left'],
    when: inEdit,
    onCanvas: true,
    run: () => pan(NUDGE, 0),
  },
  'canvas.right': {
    label: 'action.moveRight',
    group: 'canvas',
    keys: ['Right'],
    when: inEdit,
    onCanvas: true,
    run: () => pan(-NUDGE, 0),
  },
  'canvas.up': {
    label: 'action.moveUp',
    group: 'canvas',
    keys: ['Up'],
    when: inEdit,
    onCanvas: true,
    run: () => pan(0, NUDGE),
  },
  'canvas.down': {
    label: 'action.moveDown',
    group: 'canvas',
    keys: ['Down'],
    when: inEdit,
    onCanvas: true,
    run: () => pan(0, -NUDGE),
  },

  'window.edit': {
    label: 'action.viewEdit',
    group: 'window',
    keys: ['1'],
    run: set((studio) => void (studio.view = 'edit')),
  },
  'window.batch': {
    label: 'action.viewBatch',
    group: 'window',
    keys: ['2'],
    run: set((studio) => void (studio.view = 'batch')),
  },
  'window.models': {
    label: 'action.viewModels',
    group: 'window',
    keys: ['3'],
    run: set((studio) => void (studio.view = 'models')),
  },
  'window.jobs': {
    label: 'action.viewJobs',
    group: 'window',
    keys: ['4'],
    run: set((studio) => void (studio.view = 'jobs')),
  },
  'window.denoise': {
    label: 'action.panelDenoise',
    group: 'window',
    keys: ['Shift+D'],
    view: 'edit',
    run: () => showPanel('denoise'),
  },
  'window.upscale': {
    label: 'action.panelUpscale',
    group: 'window',
    keys: ['Shift+S'],
    view: 'edit',
    run: () => showPanel('upscale'),
  },
  'window.fill': {
    label: 'action.panelFill',
    group: 'window',
    keys: ['Shift+F'],
    view: 'edit',
    run: () => showPanel('fill'),
  },
  'window.extend': {
    label: 'action.panelExtend',
    group: 'window',
    keys: ['Shift+E'],
    view: 'edit',
    run: () => showPanel('extend'),
  },
  'window.fold': {
    label: 'action.fold',
    group: 'window',
    keys: ['F'],
    run: set((studio) => void (studio.folded = !studio.folded)),
  },
  'window.settings': {
    label: 'action.settings',
    group: 'window',
    keys: ['Mod+,'],
    run: set((studio) => void (studio.dialog = 'settings')),
  },
  'window.keys': {
    label: 'action.keys',
    group: 'window',
    keys: ['?'],
    run: set((studio) => void (studio.dialog = 'keys')),
  },
})

export type ActionId = keyof typeof actions
export const actionIds = Object.keys(actions) as ActionId[]
export const groups: readonly ActionGroup[] = ['file', 'edit', 'mask', 'view', 'canvas', 'window']

export const isEnabled = (id: ActionId, studio: Studio): boolean =>
  (actions[id].view === undefined || actions[id].view === studio.view) && (actions[id].when?.(studio) ?? true)
