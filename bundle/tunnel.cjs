/**
 * What the bundler puts in place of `tunnel`, which @actions/http-client imports for its own agent. Requests here go
 * through src/api/tunnel.ts instead, which says why. If an upgrade begins to use it, this throws, and the step fails closed.
 */
const absent = () => {
  throw new Error('tunnel is not part of this bundle: bundle/tunnel.cjs')
}

exports.httpOverHttp = absent
exports.httpsOverHttp = absent
exports.httpOverHttps = absent
exports.httpsOverHttps = absent
