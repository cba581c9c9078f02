/** GitHub's workflow parser is made for bundlers: it imports JSON without an import attribute, which jest refuses. */
module.exports = {
  process: source => ({ code: source.replace(/(from "[^"]+\.json");/g, '$1 with { type: "json" };') }),
}
