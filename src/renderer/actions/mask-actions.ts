/** The actions of the mask tools. */
import type { MaskToolId } from '../mask/tools/index.js'
import {
  clearMask,
  hasAlpha,
  hasOther,
  invertMask,
  loadMask,
  maskFromAlpha,
  sameMaskAgain,
  saveMask,
  stepBrush,
} from '../mask/commands.js'
import { getMask, setMask } from '../mask/store.js'
import { isReady } from '../state/selectors.js'
import { setStudio, type Studio } from '../state/store.js'
import type { Action } from './registry.js'

const inEdit = (studio: Studio): boolean => studio.view === 'edit' && studio.active !== null
const paintable = (studio: Studio): boolean => inEdit(studio) && isReady(studio) && getMask().shown !== null
const painted = (studio: Studio): boolean => {
  const { shown, paintTarget } = getMask()
  return paintable(studio) && shown !== null && !(paintTarget === 'sources' ? shown.sources.empty : shown.empty)
}
const withSources = (studio: Studio): boolean => paintable(studio) && getMask().shown?.sources.mode !== 'anywhere'
const sized = (studio: Studio): boolean => inEdit(studio) && (studio.tool === 'brush' || studio.tool === 'eraser')

/** Whoever works by keys goes on by keys: the arrow keys are the canvas's at once. */
const choose = (tool: MaskToolId) => (): void => {
  setStudio((studio) => void (studio.tool = tool))
  const { activeElement } = document
  if (activeElement !== null && activeElement !== document.body) return
  const canvas = document.querySelector<HTMLElement>('[data-canvas]')
  // A frame around the picture comes with the first key that needs it (`useGestures`), not with the choice of a tool.
  canvas?.setAttribute('data-pointed', '')
  canvas?.focus({ preventScroll: true })
}

const tool = (id: MaskToolId, label: Action['label'], key: string): Action => ({
  label,
  group: 'mask',
  keys: [key],
  when: inEdit,
  run: choose(id),
})

export const maskActions = {
  'tool.brush': tool('brush', 'action.brush', 'B'),
  'tool.eraser': tool('eraser', 'action.eraser', 'E'),
  'tool.lasso': tool('lasso', 'action.lasso', 'L'),
  'tool.polygon': tool('polygon', 'action.polygon', 'Shift+L'),
  'tool.rectangle': tool('rectangle', 'action.rectangle', 'U'),
  'tool.ellipse': tool('ellipse', 'action.ellipse', 'Shift+U'),
  'tool.wand': tool('wand', 'action.wand', 'W'),

  'brush.smaller': {
    label: 'action.brushSmaller',
    group: 'mask',
    keys: ['['],
    when: sized,
    run: () => stepBrush('['),
  },
  'brush.larger': { label: 'action.brushLarger', group: 'mask', keys: [']'], when: sized, run: () => stepBrush(']') },
  'brush.softer': {
    label: 'action.brushSofter',
    group: 'mask',
    keys: ['Shift+['],
    when: sized,
    run: () => stepBrush('Shift+['),
  },
  'brush.harder': {
    label: 'action.brushHarder',
    group: 'mask',
    keys: ['Shift+]'],
    when: sized,
    run: () => stepBrush('Shift+]'),
  },

  'mask.invert': { label: 'action.maskInvert', group: 'mask', keys: ['Mod+I'], when: paintable, run: invertMask },
  'mask.clear': {
    label: 'action.maskClear',
    group: 'mask',
    keys: ['Delete'],
    onCanvas: true,
    when: painted,
    run: clearMask,
  },
  'mask.again': {
    label: 'action.maskAgain',
    group: 'mask',
    keys: ['Shift+M'],
    when: (studio) => paintable(studio) && hasOther(),
    run: () => void sameMaskAgain(),
  },
  'mask.load': {
    label: 'action.maskLoad',
    group: 'mask',
    keys: ['Mod+Shift+O'],
    when: paintable,
    run: () => void loadMask(),
  },
  'mask.save': {
    label: 'action.maskSave',
    group: 'mask',
    keys: ['Mod+Shift+S'],
    when: (studio) => paintable(studio) && getMask().shown?.empty === false,
    run: () => void saveMask(),
  },
  'mask.alpha': {
    label: 'action.maskAlpha',
    group: 'mask',
    keys: ['Shift+A'],
    when: (studio) => paintable(studio) && hasAlpha(),
    run: () => void maskFromAlpha(),
  },
  'mask.show': {
    label: 'action.maskShow',
    group: 'mask',
    keys: ['O'],
    when: inEdit,
    run: () => setMask({ overlay: { ...getMask().overlay, visible: !getMask().overlay.visible } }),
  },
  'mask.target': {
    label: 'action.maskTarget',
    group: 'mask',
    keys: ['X'],
    when: withSources,
    run: () => setMask({ paintTarget: getMask().paintTarget === 'mask' ? 'sources' : 'mask' }),
  },
} as const satisfies Record<string, Action>
