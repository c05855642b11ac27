/**
 * Codes and keys put into words, from the catalogue of a language (`resources/locales/en.json`).
 * For the command line and the hosts; the renderer reads the same catalogue through react-i18next.
 * Imports types alone from its neighbours: `lacuna --help` cannot wait for the schemas.
 */
import { createInstance } from 'i18next'
import type { ErrorWire, MessageParams, Note } from './errors.js'

/** Keys to sentences, nested by the dots of the key. */
export interface Catalogue {
  readonly [key: string]: string | Catalogue
}

export interface Words {
  /** The words of a key, with `{{placeholders}}` filled in; the key itself when the catalogue lacks it. */
  t(key: string, params?: MessageParams): string
  /** The one sentence of an error, and what was probably meant where `suggestion` says. A missing `name` or `reason` is replaced by words, not left as a gap. */
  errorSentence(error: Pick<ErrorWire, 'code' | 'params'>): string
  noteSentence(note: Pick<Note, 'code' | 'params'>): string
}

export function createWords(catalogue: Catalogue, language = 'en'): Words {
  const i18n = createInstance()
  void i18n.init({
    lng: language,
    fallbackLng: language,
    resources: { [language]: { translation: catalogue } },
    initAsync: false,
    // Sentences go to terminals and to React, which escapes by itself.
    interpolation: { escapeValue: false, skipOnVariables: true },
    missingInterpolationHandler: () => '',
  })
  const t = (key: string, params: MessageParams = {}): string => String(i18n.t(key, params))
  const sentence = (key: string, params: MessageParams): string =>
    t(key, {
      name: t('common.thisPicture'),
      reason: t('common.unknownReason'),
      model: params['name'] ?? '',
      ...oneLine(params),
    })
  const suggestion = ({ suggestion: nearest }: MessageParams): string =>
    nearest === undefined ? '' : ` ${t('common.suggestion', { nearest })}`
  return {
    t,
    errorSentence: ({ code, params }) => sentence(`error.${code}`, params) + suggestion(params),
    noteSentence: ({ code, params }) => sentence(`note.${code}`, params),
  }
}

/** A reason may be a stack trace, and a file's name may hold a line break: neither may break a sentence in two. */
function oneLine(params: MessageParams): MessageParams {
  return Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, typeof value === 'string' ? firstLine(key, value) : value]),
  )
}

function firstLine(key: string, value: string): string {
  if (key === 'reason') return (value.split('\n')[0] ?? '').trim().replace(/[.:]+$/, '')
  // eslint-disable-next-line no-control-regex -- exactly these characters can move the cursor or end the line
  return value.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}
