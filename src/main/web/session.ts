/**
 * Who may use the studio: whoever has the link that the host printed. Its token works once and buys a cookie, which
 * is signed with a secret that outlives the host, so that an open tab goes on after a restart.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export class Session {
  readonly #secret: Buffer
  readonly #cookieName: string
  #token: string | null = randomBytes(32).toString('base64url')

  /** `port` goes into the cookie's name: cookies do not tell ports apart, and two studios may run on one machine. */
  constructor(secret: Buffer, port: number) {
    this.#secret = secret
    this.#cookieName = `lacuna-${port}`
  }

  /** The token while it was not used; null after that. */
  get token(): string | null {
    return this.#token
  }

  /** The value of a Set-Cookie header for the right token, which is worth nothing from then on; null for a wrong one. */
  exchange(token: string): string | null {
    if (this.#token === null || !equal(token, this.#token)) return null
    this.#token = null
    const id = randomBytes(16).toString('base64url')
    return `${this.#cookieName}=${id}.${this.#sign(id)}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** Whether a Cookie header holds a session of this host. */
  holds(cookieHeader: string | undefined): boolean {
    return (cookieHeader ?? '').split(';').some((pair) => {
      const [name, value = ''] = pair.trim().split('=')
      const [id = '', signature = ''] = value.split('.')
      return name === this.#cookieName && equal(signature, this.#sign(id))
    })
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#secret).update(`${this.#cookieName} ${id}`).digest('base64url')
  }
}

function equal(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
