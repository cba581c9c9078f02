/** GitHub's workflow parser is made for bundlers: it imports JSON without saying so, which jest is about to refuse. */
module.exports = {
  process: source => ({ code: source.replace(/(from "[^"]+\.json");/g, '$1 with { type: "json" };') }),
}
