/** One run of a workflow whose decisions are given, and the values that its expressions find. */
import { Decisions } from '../../src/lint/decisions.ts'
import { parseExpression } from '../../src/lint/expression.ts'
import { evaluate, type Scope } from '../../src/lint/simulation/evaluate.ts'
import { githubContext } from '../../src/lint/simulation/github-context.ts'
import { isKnown, Open, quoted, Unsettled, type Value } from '../../src/lint/simulation/value.ts'
import { type Circumstances, World } from '../../src/lint/simulation/world.ts'

/** `path` has the first decisions, by the number of the option. After them the usual course follows. */
export const worldOf = (path: number[] = [], circumstances: Partial<Circumstances> = {}): World =>
  new World(
    { event: 'pull_request', types: [], repository: undefined, tokenSecrets: new Set(), ...circumstances },
    new Decisions(path),
  )

/** With `github`, `vars`, and the given contexts. */
export const scopeIn = (world: World, contexts: Record<string, Value> = {}): Scope => ({
  context: name =>
    name === 'github'
      ? githubContext(world)
      : name === 'vars'
        ? world.open('vars', { source: 'unknown', truthy: true })
        : contexts[name],
  status: {},
  open: (label, options) => world.open(label, options),
})

export const evaluated = (expression: string, world: World, contexts: Record<string, Value> = {}): Value =>
  evaluate(parseExpression(expression, { line: 1, column: 1 }), scopeIn(world, contexts))

/** A known value as in a sentence; of an open one who decides it, its label, and what is known about it. */
export function described(value: Value, world: World): string {
  if (isKnown(value)) return quoted(value)
  if (!(value instanceof Unsettled)) return value.label
  const before = world.decisions.made.length
  const isSet = value.truthy() && world.decisions.made.length === before
  return [
    value.source,
    value.label,
    ...(value.harmless ? ['harmless'] : []),
    ...(value instanceof Open && value.isFlag ? ['flag'] : []),
    ...(isSet ? ['set'] : []),
  ].join(' ')
}

/** Everything that was decided, as `source: question: what the answer says`. */
export const decided = (world: World): string[] =>
  world.decisions.made.map(({ key, source, says }) => `${source}: ${key.trim()}: ${says}`)
