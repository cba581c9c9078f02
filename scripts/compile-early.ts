/**
 * Has the engine compile what each passing run calls while it reads the file. Otherwise it skips a function first, and
 * reads it again when it is called. A function in parentheses is compiled at once: engines take it to be called soon.
 *
 * Source: v8.dev/blog/preparser, "Possibly-invoked function expressions". V8 13 does the same for arrow functions.
 */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { parse } from '@babel/parser'
import { TOKEN } from '../harness/runner.ts'
import { startServer } from '../harness/server.ts'

/** Where a function is in its file. */
export interface Place {
  start: number
  end: number
}

interface Node extends Place {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: any other field of any kind of node
  [field: string]: any
}

/**
 * Changes a bundle to compile early what it calls. Throws if the bundle does not pass with a valid token, before the
 * change or after it.
 *
 * @param folder for what the runs write
 * @param varying the numbers of modules that stay unchanged
 */
export async function compileCalledEarly(bundle: string, folder: string, varying: number[], args: string[]) {
  const called = await calledBy(bundle, folder, args)
  writeFileSync(bundle, compileEarly(readFileSync(bundle, 'utf8'), called, varying))
  await calledBy(bundle, folder, args)
}

/**
 * A method cannot stand in parentheses, and stays unchanged. A declaration becomes a variable, which has no value above
 * its own line. So only those at the top of a module do: they are called when all modules have run, or the bundle does
 * not pass any more.
 *
 * @param bundle what the bundler wrote
 * @param called the functions that a passing run calls
 * @param varying the numbers of modules that call other functions on another machine, or at another time. They stay
 *   unchanged, so that a build gives the same everywhere
 */
export function compileEarly(bundle: string, called: Place[], varying: number[] = []): string {
  const isCalled = (node: Node) => called.some(({ start, end }) => start === node.start && end === node.end)
  const edits: { at: number; text: string }[] = []
  const wrap = ({ start, end }: Node, before: string, after: string) =>
    edits.push({ at: start, text: before }, { at: end, text: after })

  const visit = (node: Node) => {
    if (/^(Arrow)?FunctionExpression$/.test(node.type) && !node.extra?.parenthesized && isCalled(node))
      wrap(node, '(', ')')
    for (const child of childrenOf(node)) visit(child)
  }
  const { program } = parse(bundle, { sourceType: 'script' }) as unknown as { program: Node }
  const { entry, table } = modulesOf(program)
  const same = [
    entry,
    ...table.filter(({ key }) => !varying.includes(key.value)).map(({ value }) => value as Node),
  ]
  for (const { body } of same)
    for (const node of body.body as Node[]) {
      if (node.type === 'FunctionDeclaration' && isCalled(node)) wrap(node, `var ${node.id.name} = (`, ');')
      if (!isTable(node)) visit(node)
    }

  return edits
    .toSorted((one, other) => other.at - one.at)
    .reduce((text, { at, text: added }) => text.slice(0, at) + added + text.slice(at), bundle)
}

const childrenOf = (node: Node): Node[] =>
  Object.entries(node)
    .filter(([field]) => !/comments$/i.test(field))
    .flatMap(([, value]) => value)
    .filter(value => typeof value?.type === 'string')

/** The function around the whole bundle, which is the entry's module, and the modules beside it, by their numbers. */
function modulesOf(program: Node): { entry: Node; table: Node[] } {
  const entry: Node | undefined = program.body[0]?.expression?.callee
  const table = (entry?.body?.body as Node[] | undefined)?.find(isTable)
  if (entry === undefined || table === undefined)
    throw new Error('The bundler lays modules out in another way.')
  return { entry, table: table.declarations[0].init.properties }
}

const isTable = ({ declarations }: Node): boolean => declarations?.[0].id.name === '__webpack_modules__'

/** The part of what V8 writes for NODE_V8_COVERAGE that is used here. */
interface Coverage {
  url: string
  functions: { ranges: [{ startOffset: number; endOffset: number; count: number }] }[]
}

/** The functions that a bundle calls when it checks a valid token: the same on every system. */
export async function calledBy(bundle: string, folder: string, args: string[]): Promise<Place[]> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  const [output, coverage] = [join(folder, 'output'), join(folder, 'coverage')]
  writeFileSync(output, '')
  const server = await startServer()
  try {
    await promisify(execFile)(process.execPath, [bundle, ...args], {
      env: {
        GITHUB_OUTPUT: output,
        'INPUT_API-URL': server.url,
        NODE_V8_COVERAGE: coverage,
        NOLAPSE_API_URL: server.url,
        NOLAPSE_TOKEN: TOKEN,
      },
    })
  } finally {
    await server.close()
  }
  const [name = ''] = readdirSync(coverage)
  const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { result: Coverage[] }
  // Node names a file by its real path.
  const ours = result.find(({ url }) => url === pathToFileURL(realpathSync(bundle)).href)
  if (ours === undefined) throw new Error(`V8 has recorded nothing about ${bundle}.`)
  return ours.functions.flatMap(({ ranges: [{ startOffset: start, endOffset: end, count }] }) =>
    count > 0 ? [{ start, end }] : [],
  )
}
