import { describe, expect, it } from 'vitest'
import { isOwnHost, listenAddress, urlHost } from './host-names.js'

describe('only this machine can reach the host unless that was asked for', () => {
  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('%s is listened on', (host) => {
    expect(listenAddress(host, false)).toBe(host)
  })

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com', '127.0.0.1.example.com', ''])('%s needs the flag', (host) => {
    expect(() => listenAddress(host, false)).toThrowError(expect.objectContaining({ code: 'usage' }))
    expect(listenAddress(host, true)).toBe(host)
  })
})

describe('a request must name this machine', () => {
  it('by a loopback name while it listens there', () => {
    for (const host of ['127.0.0.1:80', 'localhost:1', 'LOCALHOST', '[::1]:9'])
      expect(isOwnHost(host, '127.0.0.1')).toBe(true)
    for (const host of [
      'example.com',
      '10.0.0.1:1',
      '[fe80::1]',
      'localhost:x',
      'a@localhost',
      'localhost/',
      '[::1',
      undefined,
    ])
      expect(isOwnHost(host, '127.0.0.1')).toBe(false)
  })

  it('by any address, but by no foreign name, while it listens for other machines', () => {
    for (const host of ['10.0.0.1:1', '[fe80::1]:1', 'localhost:1']) expect(isOwnHost(host, '0.0.0.0')).toBe(true)
    for (const host of ['example.com:1', 'localhost.example.com']) expect(isOwnHost(host, '0.0.0.0')).toBe(false)
    expect(isOwnHost('gpu-box:1', 'gpu-box')).toBe(true)
  })

  it('the link that is printed can be opened', () => {
    expect(['127.0.0.1', '::1', '0.0.0.0', 'gpu-box'].map(urlHost)).toEqual([
      '127.0.0.1',
      '[::1]',
      '127.0.0.1',
      'gpu-box',
    ])
  })
})
