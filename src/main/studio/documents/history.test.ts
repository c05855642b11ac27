import { describe, expect, it } from 'vitest'
import { random } from '../../../../tests/support/engine.js'
import { currentState, type History, push, replace, show, startHistory } from './history.js'

const edited = (count: number): History<string> => {
  let history = startHistory('original')
  for (let i = 1; i <= count; i++) history = push(history, history.current, `edit ${i}`).history
  return history
}

describe('the history of a picture', () => {
  it('starts with the original, which stays whatever is done', () => {
    expect(currentState(startHistory('original'))).toBe('original')
    expect(edited(3).states[0]).toBe('original')
  })

  it('drops what could be redone when an edit is made after undoing, and says what', () => {
    const { history, dropped } = push(show(edited(3), 1), 1, 'other')
    expect(history.states).toEqual(['original', 'edit 1', 'other'])
    expect(history.current).toBe(2)
    expect(dropped).toEqual(['edit 2', 'edit 3'])
  })

  it('puts a result after the state it was made from, though another is shown by then', () => {
    const { history, dropped } = push(show(edited(2), 0), 2, 'late')
    expect(history.states).toEqual(['original', 'edit 1', 'edit 2', 'late'])
    expect(dropped).toEqual([])
  })

  it('refuses a state that is not there', () => {
    for (const index of [-1, 3, 0.5, NaN]) expect(() => show(edited(2), index)).toThrow(RangeError)
  })

  it('replaces one state in its place', () => {
    const history = show(edited(2), 1)
    expect(replace(history, 'edit 1', 'changed')).toEqual({ states: ['original', 'changed', 'edit 2'], current: 1 })
  })

  it('comes back to the same states after undoing and redoing everything, for any sequence of edits and undos', () => {
    for (let seed = 0; seed < 200; seed++) {
      const next = random(seed)
      let history = startHistory('original')
      let model = ['original']
      for (let step = 0; step < 30; step++) {
        if (next() < 0.6) {
          const { history: pushed, dropped } = push(history, history.current, `${seed}.${step}`)
          // Nothing is lost unsaid: what is kept and what is dropped make up what there was.
          expect([...pushed.states.slice(0, -1), ...dropped]).toEqual(history.states)
          model = [...model.slice(0, history.current + 1), `${seed}.${step}`]
          history = pushed
        } else {
          history = show(history, Math.floor(next() * history.states.length))
        }
      }
      let walked = show(history, history.states.length - 1)
      while (walked.current > 0) walked = show(walked, walked.current - 1)
      expect(currentState(walked)).toBe('original')
      const seen = [currentState(walked)]
      while (walked.current < walked.states.length - 1) {
        walked = show(walked, walked.current + 1)
        seen.push(currentState(walked))
      }
      expect(seen).toEqual(model)
      expect(walked.states).toEqual(history.states)
    }
  })
})
