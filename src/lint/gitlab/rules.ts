/** The rules for the gate in a GitLab pipeline. */
import { type Finding, finding } from '../findings.ts'
import { HIDDEN_REMEDY, hiddenMessage } from '../rules/hidden-failure.ts'
import { hiddenCall } from '../shell/hidden.ts'
import { callsCheck, readLines } from '../shell/script.ts'
import { jobValue, type Pipeline, scriptOf } from './pipeline.ts'
import { get, isList, isTrue, mappingsIn, pairsOf, textOf } from './tree.ts'

export interface Roles {
  /** Jobs that check the token. */
  gates: Set<string>
  /** Jobs that run nolapse. */
  nolapse: Set<string>
}

/** Jobs whose names start with a dot do not run. */
const names = ({ jobs }: Pipeline): string[] => [...jobs.keys()].filter(name => !name.startsWith('.'))

export function rolesOf(pipeline: Pipeline): Roles {
  const roles: Roles = { gates: new Set(pipeline.gates), nolapse: new Set() }
  for (const name of names(pipeline)) {
    const script = scriptOf(pipeline, name)
    if (!script) continue
    const read = readLines(script.lines)
    if (callsCheck(read)) roles.gates.add(name)
    if (read.callsNolapse) roles.nolapse.add(name)
  }
  return roles
}

export const checkPipeline = (pipeline: Pipeline, roles: Roles): Finding[] => [
  ...selfReferences(pipeline),
  ...hiddenFailures(pipeline, roles),
  ...optionalGates(pipeline, roles),
]

/** GitLab leaves this text if the project has no such variable, or if the variable is protected and the branch is not. */
const ITSELF = /^\$(NOLAPSE_TOKEN|\{NOLAPSE_TOKEN\})$/

function selfReferences({ files }: Pipeline): Finding[] {
  return files.flatMap(file => {
    const variables = file.roots.flatMap(root => [...mappingsIn(root)]).map(map => get(map, 'variables'))
    const named = [...new Set(variables)].flatMap(pairsOf).filter(({ name }) => name === 'NOLAPSE_TOKEN')
    return named
      .filter(({ value }) => ITSELF.test((textOf(value) ?? textOf(get(value, 'value')) ?? '').trim()))
      .map(({ key }) =>
        finding(
          'self-reference',
          file.path,
          file.place(key),
          'NOLAPSE_TOKEN is set to itself. If the project has no such variable, the job gets the text `$NOLAPSE_TOKEN` as its token.',
          "Remove this line. Jobs get the project's variables without it.",
        ),
      )
  })
}

function hiddenFailures(pipeline: Pipeline, { gates, nolapse }: Roles): Finding[] {
  return [...new Set([...gates, ...nolapse])].flatMap(name => {
    const call = gates.has(name) ? 'check' : 'nolapse'
    const found: Finding[] = []
    const script = scriptOf(pipeline, name)
    const hidden = script && hiddenCall(readLines([...script.inherited, ...script.lines]))
    if (hidden && script)
      found.push(
        finding('hidden-failure', script.file, script.at, hiddenMessage(hidden, 'job'), HIDDEN_REMEDY),
      )
    const allowed = jobValue(pipeline, name, 'allow_failure')
    const rules = jobValue(pipeline, name, 'rules')
    const inRules = isList(rules?.value) ? rules.value.items.map(rule => get(rule, 'allow_failure')) : []
    const start = jobValue(pipeline, name, 'when')
    if (start && textOf(start.value) === 'manual' && !allowed && !isSetByEach(inRules))
      found.push(
        finding(
          'hidden-failure',
          start.file.path,
          start.file.place(start.value),
          `\`when: manual\` lets the pipeline pass without \`${name}\`: no one has to start it, because \`allow_failure\` is then true by default.`,
          'Remove it, or add `allow_failure: false` to the job.',
        ),
      )
    for (const [value, file] of [
      [allowed?.value, allowed?.file],
      ...inRules.map(one => [one, rules?.file] as const),
    ] as const)
      if (value && file && allows(value, call))
        found.push(
          finding(
            'hidden-failure',
            file.path,
            file.place(value),
            `\`allow_failure\` lets the pipeline pass even if ${call === 'check' ? 'the gate' : 'nolapse'} fails in \`${name}\`.`,
            'Remove it. To let a run pass without a token, use `--tolerate`.',
          ),
        )
    return found
  })
}

/** In a rule, `when: manual` blocks the pipeline. At the job itself it does not, unless each rule says so. */
const isSetByEach = (inRules: readonly unknown[]): boolean =>
  inRules.length > 0 && !inRules.includes(undefined)

/** Where 1 says that coverage dropped, a project may let it pass: the job has measured. */
const FAILURES = { check: [1, 2, 3, 4, 5], nolapse: [2, 3, 4, 5] }

function allows(value: unknown, call: keyof typeof FAILURES): boolean {
  const codes = get(value, 'exit_codes')
  if (!codes) return isTrue(value)
  const all = isList(codes) ? codes.items.map(textOf) : [textOf(codes)]
  return all.some(code => FAILURES[call].includes(Number(code)))
}

function optionalGates(pipeline: Pipeline, { gates }: Roles): Finding[] {
  return names(pipeline).flatMap(name => {
    const needs = jobValue(pipeline, name, 'needs')
    if (!isList(needs?.value)) return []
    return needs.value.items
      .filter(need => gates.has(textOf(get(need, 'job')) ?? '') && isTrue(get(need, 'optional')))
      .map(need =>
        finding(
          'optional-gate',
          needs.file.path,
          needs.file.place(need),
          `The gate is optional for \`${name}\`: in a pipeline without the gate's job, it runs unchecked.`,
          'Remove `optional: true`, and give both jobs the same `rules`.',
        ),
      )
  })
}
