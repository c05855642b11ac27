/** A file of this computer on its way to the studio, for hosts that can't read it themselves. */
import { z } from 'zod'
import { cancelled, ErrorWire, LacunaError } from '../../shared/errors.js'
import { mediaPath } from '../../shared/media.js'
import { mediaUrl } from '../client.js'
import { setStudio } from '../state/store.js'

const Answer = z.object({ upload: z.string() })
let count = 0

/** What is pasted may have no name. */
export const nameOf = (file: File): string => file.name || `pasted.${file.type.split('/')[1] ?? 'png'}`

/** Sends a picture that is to be opened, shown among the open ones until it is there. Throws LacunaError. */
export async function upload(file: File): Promise<string> {
  const id = ++count
  const name = nameOf(file)
  setStudio((studio) => void studio.uploads.push({ id, name, fraction: 0 }))
  try {
    return await send(file, (fraction) =>
      setStudio((studio) => {
        const entry = studio.uploads.find((one) => one.id === id)
        if (entry !== undefined) entry.fraction = fraction
      }),
    )
  } finally {
    setStudio((studio) => void (studio.uploads = studio.uploads.filter((one) => one.id !== id)))
  }
}

/**
 * Sends a file and gives its upload id. Throws LacunaError, `cancelled` too. XMLHttpRequest, because fetch does not tell
 * how much of a body was sent.
 */
export function send(file: File, onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<string> {
  const name = nameOf(file)
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(cancelled())
    const request = new XMLHttpRequest()
    request.open('POST', mediaUrl(mediaPath.upload))
    request.setRequestHeader('x-lacuna-name', encodeURIComponent(name))
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0)
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.onabort = () => reject(cancelled())
    request.onerror = () => reject(new LacunaError('file.unreadable', { name }))
    request.onload = () => {
      const answer = Answer.safeParse(request.response)
      if (answer.success) return resolve(answer.data.upload)
      const wire = ErrorWire.safeParse(request.response)
      reject(
        wire.success
          ? LacunaError.fromWire(wire.data)
          : new LacunaError('internal', { reason: `HTTP ${request.status}` }),
      )
    }
    request.send(file)
  })
}
