/**
 * The engine masks what it knows as a secret by itself. Here the token comes from elsewhere, as on a runner with a vault of
 * its own: what later steps print is masked only if the action has asked for it.
 */
import { afterAll, expect, test } from '@jest/globals'
import { TOKEN } from '../../harness/runner.ts'
import { removeReleased, runWorkflow } from '../support/act.ts'

const WORKFLOW = `
on: push
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - id: gate
        uses: nolapse/token-action@v1
        with:
          api-url: http://127.0.0.1:1
          timeout-seconds: 1
          tolerate: unavailable
      - if: \${{ !cancelled() }}
        run: printf 'a careless step prints <%s>\\n' "$NOLAPSE_TOKEN"
`

afterAll(removeReleased)

test.each([
  ['well-formed', TOKEN, '<***>'],
  ['malformed, with a token inside', `token=${TOKEN}`, '<***>'],
])('a value that is %s shows as asterisks in the log of every later step', async (_form, value, shown) => {
  const run = await runWorkflow({ workflow: WORKFLOW, event: 'push', env: { NOLAPSE_TOKEN: value } })
  expect(run.log).toContain(`a careless step prints ${shown}`)
  expect(run.log).not.toContain(TOKEN)
})
