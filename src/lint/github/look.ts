/** Reads the settings of one repository through gh. */
import type { ReadFile, Workflow } from '../workflow.ts'
import { type ChoiceOptions, choose } from './choose.ts'
import type { Needs, RepositoryFacts } from './facts.ts'
import { startAsking } from './gh.ts'
import { needsOf } from './needs.ts'
import { readFacts } from './read-facts.ts'
import { isHost, type Repository } from './repository.ts'
import { explainNothing } from './unseen.ts'

export type Look =
  | { kind: 'seen'; facts: RepositoryFacts }
  /** Sentences: why nothing was visible, and what to do. */
  | { kind: 'nothing'; why: string; remedy: string }

export interface LookOptions {
  repository: Repository
  needs: Needs
  /** The path of gh; `undefined` if it is not installed. */
  gh: string | undefined
  environment: NodeJS.ProcessEnv
  /** The time limit for each question, in milliseconds. */
  limit?: number
}

export async function lookAt({ repository, needs, gh, ...options }: LookOptions): Promise<Look> {
  const { host } = repository
  if (!isHost(host))
    return {
      kind: 'nothing',
      why: 'GH_HOST is not the name of a host.',
      remedy: 'Set it to a name such as github.example.com, without https://.',
    }
  if (gh === undefined)
    return {
      kind: 'nothing',
      why: '`gh`, the command line of GitHub, is not on the PATH.',
      remedy: `Install it from https://cli.github.com and run \`gh auth login --hostname ${host}\`.`,
    }
  const reading = await readFacts(repository, needs, startAsking({ gh, host, ...options }))
  return reading.kind === 'facts'
    ? { kind: 'seen', facts: reading.facts }
    : { kind: 'nothing', ...explainNothing(reading.cause, repository) }
}

export interface RunOptions extends ChoiceOptions, Pick<LookOptions, 'gh' | 'limit'> {
  workflows: readonly Workflow[]
  /** Reads the repository's root; `undefined` if that was not given to lint. */
  readFile: ReadFile | undefined
}

/** Chooses the repository, and asks GitHub what these workflows need to know. */
export async function look({ workflows, readFile, gh, limit, ...choice }: RunOptions): Promise<Look> {
  const chosen = await choose(choice)
  if (chosen.kind === 'nothing') return chosen
  const { repository } = chosen
  const { environment } = choice
  return lookAt({ repository, needs: needsOf(workflows, readFile), gh, environment, ...(limit && { limit }) })
}
