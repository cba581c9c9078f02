const { stripTypeScriptTypes } = require('node:module')

/** TypeScript without its types, positions kept: what Node 24 itself runs, and what coverage is counted on. */
module.exports = { process: source => ({ code: stripTypeScriptTypes(source) }) }
