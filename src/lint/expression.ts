/** Parses expressions with GitHub's engine, and finds what they refer to. */
import { type Expr, Lexer, Parser } from '@actions/expressions'
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast'
import type { Position } from './findings.ts'
import type { Expression, Scalar } from './workflow.ts'

const CONTEXTS = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
]

const STATUS_FUNCTIONS = ['success', 'failure', 'cancelled', 'always']

const FUNCTIONS = [...STATUS_FUNCTIONS, 'hashFiles'].map(name => ({ name, minArgs: 0, maxArgs: 255 }))

export function parseExpression(text: string, at: Position): Expression {
  const { tokens } = new Lexer(text).lex()
  // The lexer unescapes only the first quote of a string.
  for (const token of tokens)
    if (token.lexeme.startsWith("'")) token.value = token.lexeme.slice(1, -1).replaceAll("''", "'")
  return { text, at, tree: new Parser(tokens, CONTEXTS, FUNCTIONS).parse() }
}

export function children(node: Expr): Expr[] {
  if (node instanceof Binary) return [node.left, node.right]
  if (node instanceof Unary) return [node.expr]
  if (node instanceof Logical || node instanceof FunctionCall) return node.args
  if (node instanceof Grouping) return [node.group]
  if (node instanceof IndexAccess) return [node.expr, node.index]
  return []
}

export function* walk(node: Expr): Generator<Expr> {
  yield node
  for (const child of children(node)) yield* walk(child)
}

/** `needs.gate.outputs.valid` as ['needs', 'gate', 'outputs', 'valid'], in lower case; `*` stands for a star or a computed index. */
export function pathOf(node: Expr): string[] | undefined {
  if (node instanceof Grouping) return pathOf(node.group)
  if (node instanceof ContextAccess) return [node.name.lexeme.toLowerCase()]
  if (!(node instanceof IndexAccess)) return undefined
  const parent = pathOf(node.expr)
  const literal = node.index instanceof Literal ? node.index.literal.coerceString().toLowerCase() : '*'
  return parent && [...parent, literal]
}

/** A path in the spelling of the file: `needs.Gate.outputs.valid`. */
export function spelling(node: Expr): string {
  if (node instanceof Grouping) return spelling(node.group)
  if (node instanceof ContextAccess) return node.name.lexeme
  const { expr, index } = node as IndexAccess
  return `${spelling(expr)}.${index instanceof Literal ? index.literal.coerceString() : '*'}`
}

/** Every path that an expression reads, the longest of each chain: `needs.gate.outputs.valid`, not also `needs.gate`. */
export function* pathsOf(node: Expr): Generator<string[]> {
  for (const { path } of referencesOf(node)) yield path
}

/** The same, each with its spelling in the file. */
export function* referencesOf(node: Expr): Generator<{ path: string[]; written: string }> {
  const path = pathOf(node)
  if (path) {
    yield { path, written: spelling(node) }
    // A computed index is itself an expression that reads paths.
    let rest: Expr = node
    while (rest instanceof IndexAccess || rest instanceof Grouping) {
      if (rest instanceof IndexAccess) yield* referencesOf(rest.index)
      rest = rest instanceof IndexAccess ? rest.expr : rest.group
    }
    return
  }
  for (const child of children(node)) yield* referencesOf(child)
}

export const hasStatusFunction = ({ tree }: Expression): boolean =>
  [...walk(tree)].some(
    node => node instanceof FunctionCall && STATUS_FUNCTIONS.includes(node.functionName.lexeme.toLowerCase()),
  )

export const expressionsOf = (scalar: Scalar | undefined): Expression[] =>
  (scalar?.parts ?? []).filter(part => typeof part !== 'string')

/** Whether a value reads a context. */
export const reads = (scalar: Scalar | undefined, context: string): boolean =>
  expressionsOf(scalar).some(({ tree }) => [...pathsOf(tree)].some(([root]) => root === context))
