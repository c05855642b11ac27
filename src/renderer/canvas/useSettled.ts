import { useEffect, useState } from 'react'

/** `value` as it was when its `key` last rested for `delay` ms. */
export function useSettled<T>(value: T, key: string, delay: number): T {
  const [settled, setSettled] = useState({ value, key })
  useEffect(() => {
    if (settled.key === key) return
    const timer = setTimeout(() => setSettled({ value, key }), delay)
    return () => clearTimeout(timer)
  }, [value, key, delay, settled.key])
  return settled.value
}
