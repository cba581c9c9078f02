import { closest } from '../closest.ts'
import { referencesOf } from '../expression.ts'
import { type Finding, finding } from '../findings.ts'
import { jobWithId, outputsOfJob, outputsOfStep, stepWithId } from '../outputs.ts'
import { present } from '../present.ts'
import type { Rule } from '../rule.ts'
import { type Site, sitesOf } from '../sites.ts'

/** GitHub treats an output that does not exist as empty, without a warning. */
export const undefinedOutput: Rule = {
  ids: ['undefined-output'],
  check: ({ workflows }) => workflows.flatMap(workflow => [...sitesOf(workflow)].flatMap(checkSite)),
}

interface Fault {
  message: string
  remedy: string
}

function checkSite(site: Site): Finding[] {
  return [...referencesOf(site.expression.tree)].flatMap(({ path, written }) => {
    const fault = faultOf(path, written, site)
    return fault
      ? [finding('undefined-output', site.file, site.expression.at, fault.message, fault.remedy)]
      : []
  })
}

function faultOf([root, id, what, name]: string[], written: string, site: Site): Fault | undefined {
  if (id === undefined || id === '*') return undefined
  if (root === 'needs') return faultOfNeed(id, what, name, written, site)
  if (root === 'steps') return faultOfStep(id, what, name, written, site)
  if (root === 'jobs') return faultOfJob(id, what, name, written, site)
  return undefined
}

function faultOfNeed(
  id: string,
  what: string | undefined,
  name: string | undefined,
  written: string,
  site: Site,
) {
  const { workflow } = site
  const job = present(site.job)
  const ids = job.needs.map(need => need.id)
  if (!ids.some(need => need.toLowerCase() === id)) {
    const exists = jobWithId(workflow, id)
    return {
      message: `\`${written}\` is always empty: ${exists ? `the job \`${job.id}\` does not need the job \`${exists.id}\`` : `there is no job \`${id}\``}.`,
      remedy: exists
        ? `Add \`${exists.id}\` to the \`needs\` of \`${job.id}\`.`
        : suggestion(id, ids, 'Name a job that it needs'),
    }
  }
  return faultOfJob(id, what, name, written, site)
}

function faultOfJob(
  id: string,
  what: string | undefined,
  name: string | undefined,
  written: string,
  { workflow }: Site,
) {
  const job = jobWithId(workflow, id)
  const outputs = job && outputsOfJob(job)
  if (what !== undefined && what !== 'outputs' && what !== 'result' && what !== '*')
    return {
      message: `\`${written}\` is always empty: a job has \`result\` and \`outputs\`.`,
      remedy: outputs?.some(one => one.toLowerCase() === what)
        ? `Write \`${written.split('.').toSpliced(2, 0, 'outputs').join('.')}\`.`
        : 'Name an output of the job.',
    }
  if (what !== 'outputs' || name === undefined || name === '*' || !outputs) return undefined
  if (outputs.some(one => one.toLowerCase() === name)) return undefined
  return {
    message: `\`${written}\` is always empty: the job \`${job.id}\` has no output \`${name}\`.`,
    remedy: suggestion(name, outputs, `Map it in the \`outputs\` of \`${job.id}\``),
  }
}

function faultOfStep(
  id: string,
  what: string | undefined,
  name: string | undefined,
  written: string,
  { steps }: Site,
) {
  const step = stepWithId(steps, id)
  if (!step)
    return {
      message: `\`${written}\` is always empty: no step of the job has the id \`${id}\`.`,
      remedy: suggestion(
        id,
        steps.flatMap(one => one.id ?? []),
        `Give the step \`id: ${id}\``,
      ),
    }
  const outputs = outputsOfStep(step)
  if (what !== 'outputs' || name === undefined || name === '*' || !outputs) return undefined
  if (outputs.some(one => one.toLowerCase() === name)) return undefined
  return {
    message: `\`${written}\` is always empty: the step \`${step.id}\` has no output \`${name}\`.`,
    remedy: suggestion(name, outputs, `Use one of ${outputs.map(one => `\`${one}\``).join(', ')}`),
  }
}

function suggestion(name: string, known: readonly string[], otherwise: string): string {
  const [near] = closest(name, known, 3)
  return near === undefined ? `${otherwise}.` : `Did you mean \`${near}\`? ${otherwise}, or correct the name.`
}
