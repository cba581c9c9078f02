/**
 * What the bundler puts in undici's place. @actions/http-client names undici's ProxyAgent for callers of
 * fetch; HttpClient's own requests go through Node's http and never construct it. Leaving it out takes 90 %
 * of the bundle away. Should an upgrade begin to use it, this throws, and the step fails closed.
 */
const absent = () => {
  throw new Error('undici is not part of this bundle: bundle/undici.cjs')
}

exports.ProxyAgent = class {
  constructor() {
    absent()
  }
}

/** Named by @actions/github for Octokit, of which only the context beside it is used. */
exports.fetch = absent
