import { describe, expect, it } from 'vitest'
import { namedFiles } from './arguments.js'
import { isPage, isTrusted, pageFile } from './page.js'

describe('the page is one address, and nothing else passes for it', () => {
  it.each(['lacuna://studio/', 'lacuna://studio/index.html', 'lacuna://studio/#x'])('%s is it', (address) => {
    expect(isPage(address)).toBe(true)
  })

  it.each([
    'lacuna://other/',
    'lacuna://studio.evil.example/',
    'lacuna://studio@evil.example/',
    'lacuna://studio:80/',
    'lacuna:studio',
    'https://studio/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'about:blank',
    '',
  ])('%s is not', (address) => {
    expect(isPage(address)).toBe(false)
  })

  it('messages are heard from its own frame alone', () => {
    const url = 'lacuna://studio/'
    expect(isTrusted({ url, parent: null })).toBe(true)
    expect(isTrusted({ url, parent: {} })).toBe(false)
    expect(isTrusted({ url: 'https://evil.example/', parent: null })).toBe(false)
    expect(isTrusted(null)).toBe(false)
  })
})

describe('the page gets files of the built interface alone', () => {
  it.each([
    ['/', '/app/out/renderer/index.html'],
    ['/assets/index-abc.js', '/app/out/renderer/assets/index-abc.js'],
    ['/a%20b.png', '/app/out/renderer/a b.png'],
  ])('%s', (path, file) => {
    expect(
      pageFile(path, '/app/out/renderer')
        ?.replace(/^[A-Z]:/, '')
        .replaceAll('\\', '/'),
    ).toBe(file)
  })

  it.each([
    '/../main/cli.js',
    '/%2e%2e/main/cli.js',
    '/..%2fmain/cli.js',
    '/assets/../../main/cli.js',
    '/..\\main\\cli.js',
    '/..%5cmain',
    '/../renderer-other/x',
    '/x%00.js',
    '/%',
    '/..',
  ])('%s is none', (path) => {
    expect(pageFile(path, '/app/out/renderer')).toBeNull()
  })
})

describe('pictures named at the start', () => {
  it('are what was typed, wherever Chromium puts its switches', () => {
    const argv = ['/electron', '/app', '--allow-file-access', 'a.jpg', '/photos/b.jpg']
    expect(namedFiles(argv, '/home/me', false)).toEqual(['/home/me/a.jpg', '/photos/b.jpg'])
    expect(namedFiles(['/lacuna', 'a.jpg'], '/home/me', true)).toEqual(['/home/me/a.jpg'])
    expect(namedFiles(['/electron', '.'], '/home/me', false)).toEqual([])
  })
})
