/** The checks that GitHub reports for a workflow's jobs: their names, and whether one lets a pull request merge. */

import { closest } from './closest.ts'
import { pathOf } from './expression.ts'
import { MERGE_EVENTS, type MergeEvent } from './findings.ts'
import { present } from './present.ts'
import { type Leg, legsOf } from './simulation/matrix.ts'
import type { WorkflowRun } from './simulation/run.ts'
import { treeValue } from './simulation/tree-value.ts'
import type { Expression, Job, Scalar, Workflow } from './workflow.ts'

/** A job on the path to a check, callers first. */
interface Place {
  job: Job
  /** The index of its leg, if it has a matrix. */
  leg: number
}

export interface Check {
  /** The name that GitHub reports, if it is known. */
  name: string
  /** The name to require. On Forgejo and Gitea, it has the workflow before it and the event after it. */
  reportedOn(event: MergeEvent): string
  /** Whether a name belongs to this check. */
  matches(name: string, event: MergeEvent): boolean
  places: Place[]
}

/** All checks of one job. Requiring the job means requiring all of them. */
export interface JobChecks {
  /** The ids of the callers and of the job, for display: `gate / gate`. */
  path: string
  job: Job
  checks: Check[]
}

/** A name in parts. Those that cannot be known are undefined. */
type Pattern = (string | undefined)[]

const literally = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The source of a regular expression that matches the names. */
const sourceOf = (pattern: Pattern): string =>
  pattern.map(part => (part === undefined ? '.+' : literally(part))).join('')

const shown = (pattern: Pattern): string => pattern.map(part => part ?? '…').join('')

/** The checks of each job, those of called workflows included. */
export const jobChecksOf = (workflow: Workflow): JobChecks[] =>
  workflow.jobs.flatMap(job => checksOfJob(job, [], [[]], '', workflow))

export const checksOf = (workflow: Workflow): Check[] => jobChecksOf(workflow).flatMap(({ checks }) => checks)

function checksOfJob(
  job: Job,
  callers: Place[],
  prefixes: Pattern[],
  path: string,
  root: Workflow,
): JobChecks[] {
  const legs = legsOf(job.matrix) ?? [undefined]
  const own = path === '' ? job.id : `${path} / ${job.id}`
  const all = legs.map((leg, number) => ({
    place: { job, leg: number },
    names: prefixes.flatMap(prefix => namesOf(job, leg).map(name => [...prefix, ...name])),
  }))
  if (job.kind === 'steps')
    return [
      { path: own, job, checks: all.map(({ place, names }) => checkOf(names, [...callers, place], root)) },
    ]
  const { called } = job
  if (called === undefined || called === 'unreadable')
    return [
      {
        path: own,
        job,
        checks: all.map(({ place, names }) =>
          checkOf(
            names.map(name => [...name, ' / ', undefined]),
            [...callers, place],
            root,
          ),
        ),
      },
    ]
  return called.jobs.flatMap(inner => {
    const perLeg = all.flatMap(({ place, names }) =>
      checksOfJob(
        inner,
        [...callers, place],
        names.map(name => [...name, ' / ']),
        own,
        root,
      ),
    )
    // The same job in each leg of its caller.
    const byPath = new Map<string, JobChecks[]>()
    for (const one of perLeg) byPath.set(one.path, [...(byPath.get(one.path) ?? []), one])
    return [...byPath].map(([innerPath, found]) => ({
      path: innerPath,
      job: present(found[0]).job,
      checks: found.flatMap(({ checks }) => checks),
    }))
  })
}

function checkOf(names: Pattern[], places: Place[], { platform, name, file }: Workflow): Check {
  const any = names.map(sourceOf).join('|')
  const exact = new RegExp(`^(?:${any})$`, 's')
  const title = name?.text ?? file.slice(file.lastIndexOf('/') + 1)
  const own = shown(present(names[0]))
  return {
    name: own,
    reportedOn: event => (platform === 'github' ? own : `${title} / ${own} (${event})`),
    matches: (wanted, event) =>
      exact.test(wanted) ||
      (platform !== 'github' &&
        new RegExp(`^${literally(title)} / (?:${any}) \\(${event}\\)$`, 's').test(wanted)),
    places,
  }
}

/** The names that a leg may have. If the name does not read the matrix, GitHub appends the values of the leg. */
function namesOf(job: Job, leg: Leg | undefined): Pattern[] {
  const name = job.name ? patternOf(job.name, leg) : [job.id]
  if (!leg || job.name?.expression) return [name]
  if (leg.computed) return [[...name, ' (', undefined, ')']]
  return leg.suffixes.map(suffix => [...name, suffix])
}

function patternOf(name: Scalar, leg: Leg | undefined): Pattern {
  return name.parts.map(part => (typeof part === 'string' ? part : textOf(part, leg)))
}

/** The value of an expression in a name, if it reads a single value of the matrix. */
function textOf({ tree }: Expression, leg: Leg | undefined): string | undefined {
  const [root, key, ...rest] = pathOf(tree) ?? []
  if (root !== 'matrix' || rest.length > 0) return undefined
  const found = [...(leg?.values ?? [])].find(([name]) => name.toLowerCase() === key)
  const value = found && treeValue(found[1])
  return value?.primitive ? value.coerceString() : undefined
}

/** The checks that have a name. If it is surely the name of some, others that could have it by chance do not count. */
export function named<T extends { check: Check }>(all: readonly T[], name: string, event: MergeEvent): T[] {
  const possible = all.filter(({ check }) => check.matches(name, event))
  const sure = possible.filter(({ check }) => check.name === name)
  return sure.length > 0 ? sure : possible
}

/** Whether a check, if it is required, lets the pull request merge after a run. */
export function passes(run: WorkflowRun, { places }: Check): boolean {
  return passesAt(run, places)
}

function passesAt(run: WorkflowRun, [place, ...inside]: Place[]): boolean {
  const { job, leg } = present(place)
  const jobRun = run.job(job.id)
  // GitHub counts a skipped job as a success. A skipped matrix or caller reports under a name that no leg and no callee has.
  if (jobRun.skipped) return inside.length === 0 && job.kind === 'steps' && job.matrix === undefined
  if (jobRun.broken) return false
  const legRun = present(jobRun.legs[leg])
  return legRun.called ? passesAt(legRun.called, inside) : legRun.ends('success')
}

/** Required names that belong to no check, each with the closest names that do. */
export function unknownChecks(
  workflows: readonly Workflow[],
  names: readonly string[],
): { name: string; closest: string[] }[] {
  const all = workflows.flatMap(checksOf)
  const known = [...new Set(all.map(({ name }) => name))]
  return names
    .filter(name => !all.some(check => MERGE_EVENTS.some(event => check.matches(name, event))))
    .map(name => ({ name, closest: closest(name, known).slice(0, 3) }))
}
