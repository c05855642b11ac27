import { TextInput } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'

const REST_MS = 400

/**
 * Text that is taken while it is typed, when the typing rests. What is typed stays until the field is left, also when it
 * was refused: half a name may be wrong where the whole is right.
 */
export function TextField({
  id,
  value,
  shown = value,
  title,
  disabled,
  placeholder,
  rightSection,
  empty = false,
  onCommit,
}: {
  id: string
  value: string
  /** In its place while it is not being changed. */
  shown?: string
  title: string
  disabled: boolean
  placeholder?: string
  rightSection?: ReactNode
  /** Whether nothing is an answer, too. */
  empty?: boolean
  onCommit: (value: string) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const [focused, setFocused] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const commit = (text: string | null): void => {
    clearTimeout(timer.current)
    if (text !== null && text !== value && (empty || text !== '')) onCommit(text)
  }
  const leave = (): void => {
    commit(typed)
    setTyped(null)
    setFocused(false)
  }
  return (
    <TextInput
      id={id}
      value={typed ?? (focused ? value : shown)}
      title={title}
      disabled={disabled}
      placeholder={placeholder}
      rightSection={rightSection}
      spellCheck={false}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value
        setTyped(text)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => commit(text), REST_MS)
      }}
      onFocus={() => setFocused(true)}
      onBlur={leave}
      onKeyDown={({ key }) => {
        if (key === 'Enter') commit(typed)
        else if (key === 'Escape') {
          clearTimeout(timer.current)
          setTyped(null)
        }
      }}
    />
  )
}
