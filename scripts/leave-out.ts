/**
 * Takes out of a module what its users cannot reach. A bundler leaves whole modules out, but never a method of a class,
 * and the engine reads every method at each start.
 */
import { parse } from '@babel/parser'

interface Node {
  type: string
  start: number
  end: number
  leadingComments?: Node[]
  // biome-ignore lint/suspicious/noExplicitAny: any other field of any kind of node
  [field: string]: any
}

/** A top-level statement or a method: kept as a whole, or left out as a whole. */
interface Part {
  node: Node
  /** What reaches it. */
  names: string[]
  /** What it reaches itself. */
  reaches: Set<string>
}

/**
 * @param source an ES module whose statements have no effect beside the names that they define
 * @param used the exports that are used; of a class, the methods that are called from outside
 */
export function leaveOut(source: string, used: Record<string, string[]>): string {
  const { body } = parse(source, { sourceType: 'module' }).program as unknown as { body: Node[] }
  const parts = body.flatMap((statement): Part[] => {
    const declared = statement.declaration ?? statement
    const methods =
      declared.type === 'ClassDeclaration' && Object.hasOwn(used, declared.id.name)
        ? (declared.body.body as Node[]).filter(({ kind }) => kind !== 'constructor')
        : []
    const own = methods.map(node => ({
      node,
      names: [`this.${node.key.name}`],
      reaches: reachedFrom(node, []),
    }))
    return [{ node: statement, names: namesOf(declared), reaches: reachedFrom(statement, methods) }, ...own]
  })

  const reached = new Set(
    Object.entries(used).flatMap(([name, methods]) => [name, ...methods.map(method => `this.${method}`)]),
  )
  for (const name of reached)
    if (!parts.some(({ names }) => names.includes(name))) throw new Error(`${name} is not there any more`)

  const kept = new Set<Part>()
  for (let size = -1; size < kept.size; ) {
    size = kept.size
    for (const part of parts.filter(({ names }) => names.some(name => reached.has(name)))) {
      kept.add(part)
      for (const name of part.reaches) reached.add(name)
    }
  }
  return parts
    .filter(part => !kept.has(part))
    .toSorted((one, other) => other.node.start - one.node.start)
    .reduce((text, { node }) => {
      const start = node.leadingComments?.[0]?.start ?? node.start
      return text.slice(0, start) + text.slice(node.end)
    }, source)
}

function namesOf(statement: Node): string[] {
  switch (statement.type) {
    case 'ImportDeclaration':
      return statement.specifiers.map(({ local }: Node) => local.name)
    case 'VariableDeclaration':
      return statement.declarations.map(({ id }: Node) => id.name)
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [statement.id.name]
    // export … from …
    case 'ExportNamedDeclaration':
      return statement.specifiers.map(({ exported }: Node) => exported.name)
    default: {
      // What TypeScript makes of an enum: (function (Name) { … })(Name || (Name = {})).
      const name = statement.expression?.arguments?.[0]?.left?.name
      if (name === undefined) throw new Error(`A ${statement.type} may have an effect of its own.`)
      return [name]
    }
  }
}

/** The names in a part, and the methods of its own class that it calls. Too many do no harm. */
function reachedFrom(part: Node, without: Node[]): Set<string> {
  const names = new Set<string>()
  const visit = (node: Node) => {
    if (without.includes(node)) return
    if (node.type === 'Identifier') names.add(node.name)
    if (node.type === 'MemberExpression' && node.object.type === 'ThisExpression') {
      if (node.computed) throw new Error('A method that is called by a computed name cannot be found.')
      names.add(`this.${node.property.name}`)
    }
    for (const value of Object.values(node).flat())
      if (typeof value?.type === 'string' && !value.type.startsWith('Comment')) visit(value)
  }
  visit(part)
  return names
}
