/**
 * Everything on screen is a key of `resources/locales/en.json`: the interface's own under `ui`, and the sentences of
 * errors, notes and noise levels, which the command line says in the same words.
 */
import i18next from 'i18next'
import { useMemo } from 'react'
import { initReactI18next, useTranslation } from 'react-i18next'
import en from '../../../resources/locales/en.json'
import type { ErrorWire, MessageParams, Note } from '../../shared/errors.js'
import type { How, ImportRemark } from '../../shared/model-import.js'
import { noiseWord } from '../../shared/picture.js'
import { createWords, type Catalogue } from '../../shared/words.js'
import { createFormat, type Format } from './format.js'
import { pseudoCatalogue } from './pseudo.js'

type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string]
type Singular<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K
/** A key under `ui`; plural forms (`_one`, `_other`) are chosen by the parameter `count`. */
export type UiKey = Singular<Leaves<(typeof en)['ui']>>

export interface Text {
  (key: UiKey, params?: MessageParams): string
  readonly error: (error: Pick<ErrorWire, 'code' | 'params'>) => string
  readonly note: (note: Pick<Note, 'code' | 'params'>) => string
  /** What there is to know of a network that is imported. */
  readonly remark: (remark: ImportRemark) => string
  /** "measured", "assumed" */
  readonly how: (how: How) => string
  /** "σ 7.3, light noise" */
  readonly noise: (sigma: number) => string
  /** "σ 7.3, light", where the word noise stands beside it. */
  readonly noiseBrief: (sigma: number) => string
  /** "WebGPU", "CPU" */
  readonly provider: (provider: string) => string
  /** "WebGPU (name of the GPU)" */
  readonly device: (provider: string, device: string) => string
  readonly format: Format
}

const catalogues: Record<string, Catalogue> = { en, pseudo: pseudoCatalogue(en) }

export const languages = Object.keys(catalogues)

/** `?locale=` is for tests and for whoever translates; it goes before the setting. */
export const forcedLanguage = new URLSearchParams(globalThis.location?.search ?? '').get('locale')

const usable = (language: string): string => (language in catalogues ? language : 'en')

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: usable(forcedLanguage ?? 'en'),
    fallbackLng: 'en',
    resources: Object.fromEntries(
      Object.entries(catalogues).map(([language, translation]) => [language, { translation }]),
    ),
    interpolation: { escapeValue: false, skipOnVariables: true },
  })
}

export function setLanguage(language: string): void {
  const wanted = usable(forcedLanguage ?? language)
  document.documentElement.lang = wanted === 'pseudo' ? 'en' : wanted
  if (i18next.language !== wanted) void i18next.changeLanguage(wanted)
}

export function makeText(t: (key: string, params?: MessageParams) => string, language: string): Text {
  const words = createWords(catalogues[usable(language)] ?? en, language === 'pseudo' ? 'en' : language)
  const format = createFormat(language === 'pseudo' ? 'en' : language, (key, params) => t(`ui.unit.${key}`, params))
  const text = (key: UiKey, params?: MessageParams) => t(`ui.${key}`, params)
  const provider = (id: string): string => t(`ui.provider.${id}`, { defaultValue: id })
  return Object.assign(text, {
    provider,
    device(id: string, device: string) {
      // 'auto' is what was asked for while nothing has run: the device alone says more.
      if (id === '' || (id === 'auto' && device !== '')) return device
      return device === '' || device.toLowerCase() === id
        ? provider(id)
        : t('ui.engine.device', { provider: provider(id), device })
    },
    error: words.errorSentence,
    note: words.noteSentence,
    remark: ({ code, params }: ImportRemark) => t(`import.remark.${code}`, params),
    how: (how: How) => t(`import.how.${how}`),
    noiseBrief: (sigma: number) =>
      t('ui.denoise.sigmaWord', { sigma: format.number(sigma, 1), word: t(`ui.denoise.word.${noiseWord(sigma)}`) }),
    noise: (sigma: number) =>
      t('ui.denoise.sigmaWord', { sigma: format.number(sigma, 1), word: t(`noise.${noiseWord(sigma)}`) }),
    format,
  })
}

export function useText(): Text {
  const { t, i18n } = useTranslation()
  return useMemo(() => makeText((key, params) => String(t(key, params ?? {})), i18n.language), [t, i18n.language])
}
