/** Workflows made by fast-check: small, and full of what decides whether a job runs and how it ends. */
import fc from 'fast-check'
import { stringify } from 'yaml'

export interface GeneratedStep {
  fails: boolean
  condition: string | undefined
  continueOnError: boolean
}

export interface GeneratedJob {
  id: string
  needs: string[]
  condition: string | undefined
  matrix: string[] | undefined
  /** The value of the output `said`. */
  output: string | undefined
  steps: GeneratedStep[]
}

/** One time in `of`. */
const sometimes = <T>(value: fc.Arbitrary<T>, of: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

/** Some of the jobs before it, mostly at least one. */
const needsOf = (before: readonly string[]): fc.Arbitrary<string[]> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.subarray([...before]) },
    { weight: 3, arbitrary: fc.subarray([...before], { minLength: Math.min(1, before.length) }) },
  )

const RESULTS = ['success', 'failure', 'skipped', 'cancelled']

function conditions(atoms: readonly string[]): fc.Arbitrary<string> {
  const { condition } = fc.letrec<{ condition: string }>(tie => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...atoms),
      tie('condition').map(inner => `!(${inner})`),
      fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
        .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    ),
  }))
  return condition
}

const STATUS = ['success()', 'failure()', 'always()', 'cancelled()']

const atomsOfNeeds = (needs: readonly string[]): string[] =>
  needs.flatMap(id => [
    ...RESULTS.map(result => `needs.${id}.result == '${result}'`),
    `needs.${id}.result != 'success'`,
    `needs.${id}.outputs.said == 'yes'`,
    `needs.${id}.outputs.said != 'success'`,
    `needs.${id}.outputs.said`,
    `needs.${id}.outputs.said == 'true'`,
    "contains(needs.*.result, 'failure')",
    "contains(needs.*.result, 'skipped')",
    "contains(join(needs.*.result, ','), 'success')",
  ])

function stepOf(number: number, needs: readonly string[], matrix: boolean): fc.Arbitrary<GeneratedStep> {
  const before = Array.from({ length: number }, (_, index) => `s${index}`)
  const atoms = [
    ...STATUS,
    'true',
    ...before.flatMap(id => [
      `steps.${id}.outcome == 'failure'`,
      `steps.${id}.conclusion == 'success'`,
      `steps.${id}.outcome == 'skipped'`,
    ]),
    ...atomsOfNeeds(needs),
    ...(matrix ? ["matrix.leg == 'a'"] : []),
  ]
  return fc.record({
    fails: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 2, arbitrary: fc.constant(true) },
    ),
    condition: sometimes(conditions(atoms), 3),
    continueOnError: fc.oneof(
      { weight: 3, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  })
}

function jobOf(number: number): fc.Arbitrary<GeneratedJob> {
  const before = Array.from({ length: number }, (_, index) => `j${index}`)
  return fc
    .record({
      needs: needsOf(before),
      matrix: sometimes(fc.constant<string[]>(['a', 'b']), 4),
      size: fc.integer({ min: 1, max: 3 }),
    })
    .chain(({ needs, matrix, size }) =>
      fc.record({
        id: fc.constant(`j${number}`),
        needs: fc.constant(needs),
        matrix: fc.constant(matrix),
        condition: sometimes(conditions(['always()', ...STATUS, 'true', ...atomsOfNeeds(needs)]), 2),
        // In a matrix it would be that of the leg that ends last.
        output: matrix
          ? fc.constant(undefined)
          : sometimes(
              fc.constantFrom(
                'yes',
                'no',
                '${{ steps.s0.outcome }}',
                '${{ job.status }}',
                "${{ steps.s0.outcome == 'success' }}",
              ),
              2,
            ),
        steps: fc.tuple(
          ...Array.from({ length: size }, (_, index) => stepOf(index, needs, matrix !== undefined)),
        ),
      }),
    )
}

export const generatedWorkflow: fc.Arbitrary<GeneratedJob[]> = fc
  .integer({ min: 2, max: 5 })
  .chain(size => fc.tuple(...Array.from({ length: size }, (_, number) => jobOf(number))))

/** Several workflows as one file: the ids of each get its number, so that none knows of another. */
export function yamlOf(workflows: readonly GeneratedJob[][]): string {
  const jobs = workflows.flatMap((workflow, number) => {
    const own = (text: string) => text.replace(/\bneeds\.j(\d)/g, `needs.w${number}_j$1`)
    return workflow.map(job => [
      `w${number}_${job.id}`,
      {
        'runs-on': 'ubuntu-latest',
        ...(job.needs.length > 0 ? { needs: job.needs.map(id => `w${number}_${id}`) } : {}),
        ...(job.condition === undefined ? {} : { if: `\${{ ${own(job.condition)} }}` }),
        ...(job.matrix ? { strategy: { 'fail-fast': false, matrix: { leg: job.matrix } } } : {}),
        ...(job.output === undefined ? {} : { outputs: { said: job.output } }),
        steps: job.steps.map((step, index) => ({
          id: `s${index}`,
          ...(step.condition === undefined ? {} : { if: `\${{ ${own(step.condition)} }}` }),
          ...(step.continueOnError ? { 'continue-on-error': true } : {}),
          run: step.fails ? 'exit 1' : 'exit 0',
        })),
      },
    ])
  })
  return stringify({ on: ['push', 'pull_request'], jobs: Object.fromEntries(jobs) }, { lineWidth: 0 })
}
