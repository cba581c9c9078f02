/** What the expressions of steps see: `steps`, `env`, `job`, and the contexts of their job. */
import { present } from '../present.ts'
import { WHOLE_ENV } from '../workflow.ts'
import type { JobEnvironment } from './environment.ts'
import type { Scope } from './evaluate.ts'
import type { Frame } from './frame.ts'
import { member, Names, text, type Value } from './value.ts'
import type { World } from './world.ts'

export function scopeOf(frame: Frame, environment: JobEnvironment, world: World): Scope {
  return {
    context: name => {
      if (name === 'steps') return stepsContext(frame)
      if (name === 'env') return envContext(frame, environment)
      if (name === 'job') return jobContext(frame)
      return frame.outer(name)
    },
    // Cancellation is handled by the job, not by its steps: the job ends as cancelled in any case.
    status: {
      success: () => frame.status === 'success',
      failure: () => frame.status === 'failure',
      cancelled: () => false,
      always: () => true,
    },
    open: (label, options) => world.open(label, options),
  }
}

function stepsContext({ results }: Frame): Value {
  return new Names('steps', [...results.keys()], id => {
    const result = present(results.get(id))
    return new Names(`steps.${id}`, ['outputs', 'outcome', 'conclusion'], part => {
      // A step can have any outputs.
      if (part === 'outputs')
        return new Environment(`steps.${id}.outputs`, [], false, name => result.output(name.toLowerCase()))
      return text(part === 'outcome' ? result.outcome : result.conclusion)
    })
  })
}

function envContext({ env }: Frame, environment: JobEnvironment): Value {
  const names = env.flatMap(({ entries }) => entries.map(({ name }) => name))
  const isWhole = environment.isWhole && !names.includes(WHOLE_ENV)
  return new Environment('env', [...new Set(names)], isWhole, name => environment.expressionValue(name, env))
}

function jobContext(frame: Frame): Value {
  const outer = frame.outer('job')
  return new Environment('job', ['status'], false, name =>
    name.toLowerCase() === 'status' ? text(frame.status) : member(outer, name),
  )
}

/** Names that also resolve names outside their list. */
class Environment extends Names {
  readonly #get: (name: string) => Value | undefined
  readonly #isWhole: boolean

  constructor(
    label: string,
    names: readonly string[],
    isWhole: boolean,
    get: (name: string) => Value | undefined,
  ) {
    super(label, names, get)
    this.#get = get
    this.#isWhole = isWhole
  }

  override get isWhole(): boolean {
    return this.#isWhole
  }

  override get(name: string): Value | undefined {
    return this.#get(name)
  }
}
