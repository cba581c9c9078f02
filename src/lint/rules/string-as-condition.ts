import type { Expr } from '@actions/expressions'
import { Grouping, Logical, Unary } from '@actions/expressions/ast'
import { TokenType } from '@actions/expressions/lexer'
import { children, pathOf, spelling } from '../expression.ts'
import { type Finding, finding } from '../findings.ts'
import { originOf } from '../outputs.ts'
import { present } from '../present.ts'
import type { Rule } from '../rule.ts'
import { type Site, sitesOf } from '../sites.ts'

/** The string 'false' is truthy, so an output must be compared. */
export const stringAsCondition: Rule = {
  ids: ['string-as-condition'],
  check: ({ workflows }) => workflows.flatMap(workflow => [...sitesOf(workflow)].flatMap(checkSite)),
}

function checkSite(site: Site): Finding[] {
  const { file, expression, isCondition } = site
  return [...truthTests(expression.tree, isCondition)].flatMap(node => {
    const origin = originOf(present(pathOf(node)), site)
    if (origin === 'other') return []
    const written = spelling(node)
    const [why, wanted] =
      origin === 'boolean'
        ? [`the string 'false' counts as true`, `${written} == 'true'`]
        : ['it is never empty, so it always counts as true', `${written} == '…'`]
    return [
      finding(
        'string-as-condition',
        file,
        expression.at,
        `\`${written}\` is used as a condition, but an output is a string: ${why}.`,
        `Compare it: \`${wanted}\`.`,
      ),
    ]
  })
}

/**
 * The parts of an expression that are tested for truth. The last operand of `&&` and `||` is the result of the whole, and
 * an earlier operand of `||` can have a default: `outputs.scopes || '[]'`. Both are tested only in a condition.
 */
function* truthTests(node: Expr, asked: boolean): Generator<Expr> {
  if (node instanceof Grouping) yield* truthTests(node.group, asked)
  else if (node instanceof Unary) yield* truthTests(node.expr, true)
  else if (node instanceof Logical) {
    const isAnd = node.operator.type === TokenType.AND
    for (const [index, argument] of node.args.entries())
      yield* truthTests(argument, asked || (isAnd && index < node.args.length - 1))
  } else if (pathOf(node)) {
    if (asked) yield node
  } else for (const child of children(node)) yield* truthTests(child, false)
}
