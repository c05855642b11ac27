/** What every answer says to the browser, so that the page can do no more than it needs and nobody else can use it. */

/** `host`: the checked Host header. Some browsers do not read 'self' as the WebSocket of the same origin. */
export function contentSecurityPolicy(host: string): string {
  return [
    "default-src 'none'",
    // No inline script and no eval.
    "script-src 'self'",
    // Mantine writes its theme's variables and responsive rules into <style> elements at run time. A nonce for them
    // would have to be readable by every script of the page, and a style can send nothing anywhere: all that it
    // could load must come from this host.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** For pictures, downloads and refusals: nothing in them runs, even when opened as a page. */
export const inertPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

export const commonHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}
