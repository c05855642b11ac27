/**
 * Preloaded into a program and all of its processes and threads (NODE_OPTIONS): a line in the file LACUNA_NETWORK_LOG
 * for each of them, and one for whatever it asks of the network beyond this machine.
 */
const { appendFileSync } = require('node:fs')
const { isMainThread } = require('node:worker_threads')
const dgram = require('node:dgram')
const dns = require('node:dns')
const net = require('node:net')
const process = require('node:process')

const log = (what) => appendFileSync(process.env.LACUNA_NETWORK_LOG, `${process.pid} ${what}\n`)
const isHere = (host) => host === undefined || host === 'localhost' || host === '::1' || /^127\./.test(host)
log(isMainThread ? 'process' : 'thread')

const { connect } = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  // net.connect hands its arguments on as an array.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  const { path, host } = typeof first === 'object' ? first : { host: second }
  if (path === undefined && !isHere(host)) log(`connects to ${host}`)
  return connect.apply(this, args)
}

for (const resolver of [dns, dns.promises]) {
  for (const name of Object.keys(resolver).filter((key) => /^(lookup|resolve)/.test(key))) {
    const ask = resolver[name]
    if (typeof ask !== 'function') continue
    resolver[name] = function (host, ...rest) {
      if (!isHere(host) && !net.isIP(host)) log(`asks for the address of ${host}`)
      return ask.call(this, host, ...rest)
    }
  }
}

const { send } = dgram.Socket.prototype
dgram.Socket.prototype.send = function (...args) {
  log('sends a datagram')
  return send.apply(this, args)
}
