/** What is done with a mask as a whole. What needs a slider opens beside the menu, and the picture stays in sight. */
import { Menu, Popover } from '@mantine/core'
import { Check, ChevronDown } from 'lucide-react'
import { useEffect, useRef, type ReactNode, type RefObject } from 'react'
import type { ActionId } from '../actions/registry.js'
import { useAction } from '../actions/useAction.js'
import { useText } from '../i18n/index.js'
import { setMask, useMask, type MaskForm } from '../mask/store.js'
import { OverlayForm, SaveMaskForm, ScratchesForm, SpreadForm } from './MaskForms.js'
import classes from './bars.module.css'

export function MaskMenu() {
  const text = useText()
  const form = useMask((mask) => mask.form)
  const button = useRef<HTMLButtonElement>(null)
  // The bar may go while it is open.
  useEffect(() => () => setMask({ form: null }), [])
  const close = (): void => {
    setMask({ form: null })
    button.current?.focus()
  }
  return (
    <Popover
      opened={form !== null}
      onDismiss={close}
      width={288}
      position="bottom-end"
      trapFocus
      closeOnClickOutside
      closeOnEscape
      // Its target is only a place; the menu's button has roles of its own.
      withRoles={false}
    >
      <Popover.Target>
        <div>
          <MaskMenuItems button={button} onForm={(next) => setMask({ form: next })} />
        </div>
      </Popover.Target>
      <Popover.Dropdown
        role="dialog"
        className={classes.form}
        aria-label={form === null ? '' : text(`mask.${form}Title`)}
      >
        {form === 'spread' && <SpreadForm />}
        {form === 'scratches' && <ScratchesForm />}
        {form === 'overlay' && <OverlayForm />}
        {form === 'save' && <SaveMaskForm />}
      </Popover.Dropdown>
    </Popover>
  )
}

function MaskMenuItems({
  button,
  onForm,
}: {
  button: RefObject<HTMLButtonElement | null>
  onForm: (form: MaskForm) => void
}) {
  const text = useText()
  const visible = useMask(({ overlay }) => overlay.visible)
  const known = useMask(({ shown }) => shown !== null)
  const empty = useMask(({ shown }) => shown?.empty ?? true)
  return (
    <Menu position="bottom-end" returnFocus={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button ref={button} type="button" className={classes.field}>
          {text('mask.menu')}
          <ChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown miw={232}>
        <ActionItem action="mask.invert">{text('mask.invert')}</ActionItem>
        <ActionItem action="mask.clear">{text('mask.clear')}</ActionItem>
        <Menu.Item disabled={empty} onClick={() => onForm('spread')}>
          {text('mask.spread')}
        </Menu.Item>
        <Menu.Divider />
        <ActionItem action="mask.again">{text('mask.again')}</ActionItem>
        <ActionItem action="mask.alpha">{text('mask.alpha')}</ActionItem>
        <Menu.Item disabled={!known} onClick={() => onForm('scratches')}>
          {text('mask.scratches')}
        </Menu.Item>
        <Menu.Divider />
        <ActionItem action="mask.load">{text('mask.load')}</ActionItem>
        <ActionItem action="mask.save">{text('mask.save')}</ActionItem>
        <Menu.Divider />
        <ActionItem action="mask.show" checked={visible}>
          {text('mask.show')}
        </ActionItem>
        <Menu.Item onClick={() => onForm('overlay')}>{text('mask.overlay')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function ActionItem({ action, checked, children }: { action: ActionId; checked?: boolean; children: ReactNode }) {
  const { key, ariaKey, enabled, run } = useAction(action)
  const props = {
    'aria-keyshortcuts': ariaKey,
    disabled: !enabled,
    rightSection: (
      <span className={classes.key}>
        {checked === true && <Check size={14} aria-hidden />}
        {key}
      </span>
    ),
  }
  if (checked === undefined)
    return (
      <Menu.Item {...props} onClick={run}>
        {children}
      </Menu.Item>
    )
  // The mark stands beside the key, so that all names begin in one line.
  return (
    <Menu.CheckboxItem
      {...props}
      checked={checked}
      styles={{ itemIndicator: { display: 'none' } }}
      closeMenuOnClick
      onChange={run}
    >
      {children}
    </Menu.CheckboxItem>
  )
}
