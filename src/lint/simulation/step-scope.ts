/** What the expressions of steps see: `steps`, `env`, `job`, and the contexts of their job. */
import { present } from '../present.ts'
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
      if (part === 'outputs') return new StepOutputs(`steps.${id}.outputs`, result.output)
      return text(part === 'outcome' ? result.outcome : result.conclusion)
    })
  })
}

function envContext({ env }: Frame, environment: JobEnvironment): Value {
  const names = env.flatMap(({ entries }) => entries.map(({ name }) => name))
  return new Environment('env', [...new Set(names)], name => environment.expressionValue(name, env))
}

function jobContext(frame: Frame): Value {
  const outer = frame.outer('job')
  return new Environment('job', ['status'], name =>
    name.toLowerCase() === 'status' ? text(frame.status) : member(outer, name),
  )
}

/** Names that also resolve names outside their list. */
class Environment extends Names {
  readonly #get: (name: string) => Value | undefined

  constructor(label: string, names: readonly string[], get: (name: string) => Value | undefined) {
    super(label, names, get)
    this.#get = get
  }

  override get(name: string): Value | undefined {
    return this.#get(name)
  }
}

class StepOutputs extends Environment {
  constructor(label: string, output: (name: string) => Value) {
    super(label, [], name => output(name.toLowerCase()))
  }

  /** The output of a step can be anything. */
  override settle(): undefined {
    return undefined
  }
}
