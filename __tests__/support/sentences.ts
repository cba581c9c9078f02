/** Finds, in source code, the sentences by which a command fails. */
import { parse } from '@babel/parser'

interface Node {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: a tree of many kinds of nodes, of which a few are looked at.
  [key: string]: any
}

/** Which argument of a call is what a person reads. */
const SPEAKERS: Record<string, number> = { Failure: 1, complain: 1, wrong: 0, failureOf: 1 }

/** What fails says so by one of the speakers, or says what to do; `…` stands for what is put in at run time. */
export function sentencesIn(source: string): string[] {
  const found = new Set<string>()
  visit(parse(source, { sourceType: 'module', plugins: ['typescript'] }).program as Node, node => {
    const speaker = SPEAKERS[node.callee?.name]
    const spoken =
      speaker !== undefined
        ? textOf(node.arguments[speaker])
        : node.type === 'ObjectProperty' && node.key.name === 'otherwise'
          ? textOf(node.value)
          : undefined
    const text = spoken ?? (hasRemedy(node) ? textOf(node) : undefined)
    const what = text?.split(/\n?What to do:|\n/)[0]?.trim()
    // Where all is put in at run time, the words are elsewhere.
    if (what && what.replace(/[^a-z]/gi, '').length > 8) found.add(what)
    return spoken === undefined && text === undefined
  })
  return [...found]
}

const hasRemedy = (node: Node): boolean => textOf(node)?.includes('What to do:') ?? false

/** The value of a string expression; undefined where the node is none. */
function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node.value
  if (node?.type === 'TemplateLiteral') return node.quasis.map((part: Node) => part.value.cooked).join('…')
  if (node?.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [textOf(node.left), textOf(node.right)]
    return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`
  }
  return undefined
}

/** Goes through the tree; below a node only where `enter` says so. */
function visit(node: Node, enter: (node: Node) => boolean): void {
  if (!enter(node)) return
  for (const value of Object.values(node))
    for (const child of [value].flat()) if (typeof child?.type === 'string') visit(child, enter)
}
