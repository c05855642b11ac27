import { ActionIcon, Button, Kbd, type ButtonProps, type TooltipProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { Tip } from './Tip.js'
import type { ActionId } from './registry.js'
import { useAction } from './useAction.js'

interface Props extends Pick<TooltipProps, 'position'> {
  readonly action: ActionId
  /** For toggles: whether it is on. */
  readonly pressed?: boolean
  readonly children: ReactNode
}

/** An icon with the action's name and key in its tooltip. */
export function ActionIconButton({ action, pressed, position, children }: Props) {
  const { label, key, enabled, run, ariaKey } = useAction(action)
  return (
    <Tip label={label} shortcut={key} position={position}>
      <ActionIcon
        aria-label={label}
        aria-keyshortcuts={ariaKey}
        aria-pressed={pressed}
        disabled={!enabled}
        onClick={run}
      >
        {children}
      </ActionIcon>
    </Tip>
  )
}

interface ButtonWithWordsProps extends Props, Pick<ButtonProps, 'variant' | 'className' | 'leftSection'> {
  /** The key is written on the button, not only in its tooltip. */
  readonly withKey?: boolean
}

export function ActionButton({
  action,
  pressed,
  children,
  withKey = false,
  variant = 'default',
  className,
  leftSection,
}: ButtonWithWordsProps) {
  const { label, key, enabled, run, ariaKey } = useAction(action)
  const button = (
    <Button
      variant={variant}
      className={className}
      leftSection={leftSection}
      aria-keyshortcuts={ariaKey}
      aria-pressed={pressed}
      disabled={!enabled}
      onClick={run}
      rightSection={withKey && key !== '' ? <Kbd>{key}</Kbd> : undefined}
    >
      {children}
    </Button>
  )
  if (withKey) return button
  return (
    <Tip label={label} shortcut={key}>
      {button}
    </Tip>
  )
}
