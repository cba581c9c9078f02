/**
 * What the bundler puts in the place of `tunnel`: the same four functions, with the library itself loaded when
 * the first of them is called. Only a run behind a proxy pays for it.
 */
const tunnel = () => {
  // tunnel 0.0.6 uses `new Buffer` for proxy credentials and sets a server name for IP addresses: DEP0005 and
  // DEP0123 would stand on standard error of every run behind such a proxy.
  process.noDeprecation = true
  return require('tunnel/lib/tunnel.js')
}

exports.httpOverHttp = options => tunnel().httpOverHttp(options)
exports.httpsOverHttp = options => tunnel().httpsOverHttp(options)
exports.httpOverHttps = options => tunnel().httpOverHttps(options)
exports.httpsOverHttps = options => tunnel().httpsOverHttps(options)
