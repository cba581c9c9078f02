/** GitHub's language service is made for bundlers: it imports JSON without an import attribute, which Node refuses. */
import { registerHooks } from 'node:module'

registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})
