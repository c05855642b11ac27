/** What only a real browser can show of the browser host: cookies, headers and policies as they are obeyed. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './studio.js'

test.describe('the link opens the studio once, for one browser', () => {
  test('the token leaves the address, and a reload goes on by the cookie', async ({ page, studio }) => {
    await page.goto(studio.url)
    await expect(page).toHaveURL(/\/$/)
    const [cookie] = await page.context().cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', domain: '127.0.0.1' })
    await page.reload()
    expect(await page.evaluate(async () => (await fetch('/session')).status)).toBe(204)
    expect(await page.evaluate(() => document.cookie)).toBe('')
  })

  test('another browser that has the link later gets nothing', async ({ page, browser, studio }) => {
    await page.goto(studio.url)
    await expect(page).toHaveURL(/\/$/)
    await expect.poll(() => page.evaluate(async () => (await fetch('/session')).status)).toBe(204)
    const other = await browser.newContext()
    const late = await other.newPage()
    await late.goto(studio.url)
    await expect(late).toHaveURL(/\/$/)
    expect(await late.evaluate(async () => (await fetch('/session')).status)).toBe(401)
    await other.close()
  })
})

test('a page of another site can neither read, send, connect nor frame', async ({ page, context, studio }) => {
  await page.goto(studio.url)
  await expect.poll(() => page.evaluate(async () => (await fetch('/session')).status)).toBe(204)
  const own = new URL(studio.url).origin

  // Another port of this machine is another origin but the same site: the nearest neighbour there can be.
  const neighbour = createServer((_request, response) =>
    response.setHeader('Content-Type', 'text/html').end('<p>foreign'),
  )
  neighbour.listen(0, '127.0.0.1')
  await once(neighbour, 'listening')
  const foreign = await context.newPage()
  await foreign.goto(`http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/`)
  const got = await foreign.evaluate(async (origin) => {
    const tried = (request: Promise<unknown>) =>
      request.then(
        () => 'answered',
        () => 'refused',
      )
    return {
      read: await tried(fetch(`${origin}/session`, { credentials: 'include' })),
      opaque: await tried(fetch(`${origin}/media/sample/x`, { mode: 'no-cors', credentials: 'include' })),
      image: await tried(
        new Promise((done, failed) => {
          const image = new Image()
          image.onload = done
          image.onerror = failed
          image.src = `${origin}/media/sample/x`
        }),
      ),
      socket: await tried(
        new Promise((done, failed) => {
          const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`)
          socket.onopen = done
          socket.onerror = failed
        }),
      ),
    }
  }, own)
  expect(got).toEqual({ read: 'refused', opaque: 'refused', image: 'refused', socket: 'refused' })

  await foreign.evaluate((origin) => {
    const frame = document.createElement('iframe')
    frame.src = origin
    document.body.append(frame)
  }, own)
  await expect.poll(() => foreign.frames().length).toBe(2)
  const frame = foreign.frames()[1]!
  await frame.waitForLoadState().catch(() => undefined)
  expect(frame.url()).not.toContain(own)
  neighbour.close()
})

test('an inline script does not run', async ({ page, studio, complaints }) => {
  await page.goto(studio.url)
  const ran = await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.inlineRan = true'
    document.body.append(script)
    return 'inlineRan' in window
  })
  expect(ran).toBe(false)
  await expect.poll(() => complaints.splice(0).join()).toContain('inline script violates')
})
