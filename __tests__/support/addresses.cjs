/**
 * Preloaded into the action: a host with an IPv4 and an IPv6 address, no route for IPv6, and a slow handshake.
 *
 * Loopback is too fast for that, so what the name service and the kernel would say is put in below Node's own
 * connecting, which is what the test is about. Only the order of timers counts, not their length: the handshake takes
 * longer than the 250 ms that Node gives each address by default.
 */
const dns = require('node:dns')
const { TCP } = process.binding('tcp_wrap')

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '2001:db8::1', family: 6 },
]
dns.lookup = (_name, options, done) => {
  const found = process.env.ADDRESSES_REVERSED ? [...ADDRESSES].reverse() : ADDRESSES
  process.nextTick(done, null, options.all ? found : found[0].address, found[0].family)
}

const { connect } = TCP.prototype
TCP.prototype.connect = function (...args) {
  setTimeout(() => connect.apply(this, args), 400)
  return 0
}
// ENETUNREACH, or a route that leads nowhere.
TCP.prototype.connect6 = () => (process.env.ADDRESSES_BLACK_HOLE ? 0 : -101)
