/** The gate's step: its verdict on the token, and its outputs. */
import type { Source } from '../decisions.ts'
import type { TokenState } from '../findings.ts'
import { entry, type UsesStep } from '../workflow.ts'
import { evaluateScalar, Granted, type Scope, Scopes } from './evaluate.ts'
import { asText, isKnown, isTrue, type Known, member, nothing, text, Unsettled, type Value } from './value.ts'
import type { World } from './world.ts'

export interface GateOutcome {
  passes: boolean
  valid: boolean
  output(name: string): Value
}

/** Reasons that can be tolerated. */
const TOLERABLE: readonly TokenState[] = ['missing', 'unavailable']

const listed = (value: string): string[] => value.split(/[\s,]+/).filter(Boolean)

/** The reason of a token that is not valid. `refused` stands for every reason that cannot be tolerated. */
class Reason extends Unsettled {
  readonly label: string
  readonly source: Source = 'case'
  readonly #is: (state: TokenState) => boolean
  readonly #world: World

  constructor(label: string, is: (state: TokenState) => boolean, world: World) {
    super()
    this.label = label
    this.#is = is
    this.#world = world
  }

  truthy(): boolean {
    return true
  }

  equals(other: Known): boolean {
    const word = other.coerceString().toLowerCase()
    const state = TOLERABLE.find(one => one === word)
    if (state) return this.#is(state)
    if (word === 'ok' || word === '' || TOLERABLE.some(one => this.#is(one))) return false
    return this.#world.open(this.label, { source: 'case', truthy: true }).equals(other)
  }

  settle(): Known | undefined {
    const state = TOLERABLE.find(one => this.#is(one))
    return state ? text(state) : this.#world.open(this.label, { source: 'case', truthy: true }).settle()
  }

  get harmless(): boolean {
    return true
  }
}

export function runGate(step: UsesStep, path: string, scope: Scope, world: World): GateOutcome {
  const input = (name: string): Value => {
    const found = entry(step.with, name)
    return found ? evaluateScalar(found.value, scope) : text('')
  }
  const is = tokenOf(input('token'), scope, world)
  const tolerate = asText(input('tolerate'))
  const usable =
    typeof tolerate !== 'string' ||
    listed(tolerate).every(one => (TOLERABLE as readonly string[]).includes(one))
  const tolerates = (reason: TokenState) =>
    typeof tolerate === 'string'
      ? listed(tolerate).includes(reason)
      : world.open(`${tolerate.label} lists ${reason}`, { source: tolerate.source }).truthy()
  const valid = usable && is('valid')
  const passes = valid || (usable && TOLERABLE.some(reason => tolerates(reason) && is(reason)))
  const label = (name: string) => `the output ${name} of the gate in ${path}`
  const scopes = asText(input('required-scopes'))
  const required =
    typeof scopes === 'string' ? listed(scopes === '' ? 'execute' : scopes).filter(one => one !== 'none') : []
  const organisation = asText(input('expected-org-id'))
  const output = (name: string): Value => {
    switch (name) {
      case 'valid':
        return text(String(valid))
      case 'reason':
        return valid ? text('ok') : usable ? new Reason(label(name), is, world) : text('misconfigured')
      case 'org_id':
        if (!valid) return text('')
        return typeof organisation === 'string' && organisation !== ''
          ? text(organisation)
          : world.open(label(name), { source: 'unknown', truthy: true, harmless: true })
      case 'scopes': {
        if (!valid) return text('[]')
        const { decisions, notes } = world
        const list = new Granted(
          required,
          label('scopes'),
          { source: 'unknown', truthy: true },
          decisions,
          notes,
        )
        return new Scopes(
          list,
          `the JSON of ${label(name)}`,
          { source: 'unknown', truthy: true },
          decisions,
          notes,
        )
      }
      case 'request_id':
        return world.open(label(name), { source: 'case', harmless: true })
      default:
        return nothing()
    }
  }
  return { passes, valid, output }
}

/** Whether the gate finds the token in this state. */
function tokenOf(given: Value, scope: Scope, world: World): (state: TokenState) => boolean {
  const fallback = member(scope.context('env'), 'NOLAPSE_TOKEN')
  for (const value of [given, fallback ?? nothing()]) {
    // An action or a variable can hold any token, or none.
    if (!isKnown(value)) return state => world.tokenIs(state)
    // Known text is written in the file, so the token is not missing.
    if (isTrue(value)) return state => state !== 'missing' && world.tokenIs(state)
  }
  return state => state === 'missing'
}
