import { findLongLocks } from '#runtime/database/migration-locks.ts'
import { lineAt, type TaggedTemplate } from './source.ts'
import { isTest, moduleOf, type Tree, type Violation } from './tree.ts'

const STATEMENT = /^\s*(?:--.*\n\s*)*(?:select|insert|update|delete|with|create|alter|drop|truncate)\b/i
/** A call that sends a plain string as SQL. */
const UNSAFE = /\.\s*unsafe\s*\(/g
const ALL_COLUMNS = /\b(?:select|returning)\s+(?:\w+\.)?\*|,\s*\w+\.\*/gi
/** A name of a table as a parameter of a template, such as `sql('cart.line')`. */
const IDENTIFIER = /\bsql\(\s*['"](\w+)\.\w/g

/** SQL is only in the store and the migrations of a module, and names only the module's own tables. */
export function checkSql(tree: Tree): Violation[] {
  return [...checkMigrations(tree), ...checkSources(tree)]
}

function checkMigrations({ files, modules }: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, text] of files) {
    const module = moduleOf(file)
    if (module && file.endsWith('.sql'))
      violations.push(
        ...foreignTables(file, 1, module, text, modules.keys()),
        ...longLocks(file, text),
        ...newTables(file, module, text),
      )
  }
  return violations
}

function longLocks(file: string, text: string): Violation[] {
  return findLongLocks(text).map(({ table, line, effect }) => ({
    file,
    line,
    message:
      `This statement on ${table} ${effect}: in a shop with many rows, other transactions wait for it. Divide it into steps ` +
      `without such locks (PostgreSQL, "ALTER TABLE", notes), or say why it is harmless in a line "-- long lock: …"`,
  }))
}

/** New tables are in the schema of the module, and have a primary key. */
function newTables(file: string, module: string, sql: string): Violation[] {
  const text = withoutLiterals(sql)
  const tables = text.matchAll(
    /\bcreate\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w.]+)([^;]*)/gi,
  )
  return [...tables].flatMap(({ index, 1: name = '', 2: definition = '' }) => {
    const line = lineAt(text, index)
    return [
      ...(name.startsWith(`${module}.`) ? [] : [{ file, line, message: outsideSchema(module, name) }]),
      ...(/\bprimary\s+key\b/i.test(definition) ? [] : [{ file, line, message: withoutPrimaryKey(name) }]),
    ]
  })
}

function checkSources({ sources, modules }: Tree): Violation[] {
  const violations: Violation[] = []
  for (const [file, source] of sources) {
    const module = moduleOf(file)
    if (!module || isTest(file)) continue
    for (const template of source.templates.filter(isSql)) {
      violations.push(...foreignTables(file, template.line, module, template.text, modules.keys()))
      if (!isStore(file)) violations.push({ file, line: template.line, message: outsideStore(module, file) })
      for (const match of template.text.matchAll(ALL_COLUMNS)) {
        const line = template.line - 1 + lineAt(template.text, match.index)
        violations.push({ file, line, message: allColumns(module) })
      }
    }
    for (const match of source.withStrings.matchAll(IDENTIFIER)) {
      if (match[1] !== module && modules.has(match[1]!))
        violations.push({
          file,
          line: lineAt(source.code, match.index),
          message: foreignSchema(module, match[1]!),
        })
    }
    for (const match of source.code.matchAll(UNSAFE)) {
      violations.push({ file, line: lineAt(source.code, match.index), message: unsafe(module) })
    }
  }
  return violations
}

function isSql({ tag, text }: TaggedTemplate): boolean {
  return /(?:^|\.)(?:sql|tx|transaction)$/i.test(tag) || STATEMENT.test(text)
}

function isStore(file: string): boolean {
  return /^modules\/[^/]+\/(?:store\.ts$|store\/)/.test(file)
}

function foreignTables(
  file: string,
  firstLine: number,
  module: string,
  sql: string,
  modules: Iterable<string>,
): Violation[] {
  const text = withoutLiterals(sql)
  const line = (position: number) => firstLine - 1 + lineAt(text, position)
  const violations: Violation[] = []
  for (const other of modules) {
    if (other === module) continue
    // A schema begins the name and is followed by a dot. In `row.cart.id`, "cart" is a column
    for (const match of text.matchAll(new RegExp(`(?<![\\w."])"?${other}"?\\s*\\.\\s*["\\w]`, 'gi')))
      violations.push({ file, line: line(match.index), message: foreignSchema(module, other) })
  }
  for (const match of text.matchAll(/\bpando_\w+/gi))
    violations.push({ file, line: line(match.index), message: runtimeTable(module, match[0]) })
  return violations
}

/** The SQL with its comments and string literals replaced by spaces. */
function withoutLiterals(sql: string): string {
  return sql.replace(/--.*|'(?:[^']|'')*'/g, (part) => part.replace(/[^\n]/g, ' '))
}

function outsideSchema(module: string, table: string): string {
  return (
    `This statement creates "${table}" outside the schema of "${module}", where the module has no rights and a move to ` +
    `another database would leave it behind. Name it ${module}.…`
  )
}

function withoutPrimaryKey(table: string): string {
  return (
    `"${table}" has no primary key. The module could not move to another database, because logical replication identifies rows ` +
    `by their primary keys. Add one to "create table"`
  )
}

function foreignSchema(module: string, other: string): string {
  return (
    `SQL of "${module}" names the schema of "${other}". A module uses only its own tables, because those of another ` +
    `module may move to another database. Call it (context.calls.${other}.…), or keep a copy that its events update. ` +
    `If this is an alias, rename it`
  )
}

function runtimeTable(module: string, table: string): string {
  return (
    `SQL of "${module}" names "${table}", a table of the runtime, which only the runtime reads and writes. ` +
    `Use context.commit(), emit() and workflows instead`
  )
}

function outsideStore(module: string, file: string): string {
  return (
    `"${module}" has SQL in ${file}. All its SQL belongs in modules/${module}/store.ts (or store/), ` +
    `so that every statement is found when a table changes. Move it there as a function whose first argument is "sql: Sql"`
  )
}

function allColumns(module: string): string {
  return (
    `SQL of "${module}" reads all columns (*). A migration that adds a column changes the result of the statement, even ` +
    `in processes that still run older code. Name the columns`
  )
}

function unsafe(module: string): string {
  return (
    `"${module}" calls unsafe(), which sends text as SQL. This invites injections, and the checks cannot read it. ` +
    `Write the statement as an sql template in the store`
  )
}
