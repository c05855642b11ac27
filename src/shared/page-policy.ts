/** The content security policies of every host. */

/**
 * What the page may load and run: its own files, no inline script, no eval.
 *
 * @param connect Origins besides its own that it may talk to.
 */
export function pagePolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Mantine writes its theme's variables and responsive rules into <style> elements at run time. A nonce for them
    // would have to be readable by every script of the page, and a style can send nothing anywhere: all that it
    // could load must come from the page's own origin.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** For pictures, downloads and refusals: nothing in them runs, even when opened as a page. */
export const inertPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
