import { expect, it } from 'vitest'
import { LacunaError } from '../../shared/errors.js'
import { namedError } from './named-error.js'

const nameIn = (params: LacunaError['params']): unknown =>
  namedError(new LacunaError('output.diskFull', params), 'photo.jpg').params['name']

it('what names nothing names the picture', () => {
  expect(nameIn({})).toBe('photo.jpg')
})

it('what names a file of the person stays', () => {
  expect(nameIn({ name: 'photo_denoised.jpg' })).toBe('photo_denoised.jpg')
})

it.each(['edited.v', 'field-7c1e.f32'])('what names scratch names the picture, which the person knows: %s', (name) => {
  expect(nameIn({ name })).toBe('photo.jpg')
})
