import { findLongLocks } from '#runtime/database/migration-locks.ts'
import { lineAt, type TaggedTemplate } from './source.ts'
import { isTest, moduleOf, type Tree, type Violation } from './tree.ts'

const STATEMENT = /^\s*(?:--.*\n\s*)*(?:select|insert|update|delete|with|create|alter|drop|truncate)\b/i
const UNSAFE = /\.\s*unsafe\s*\(/g
const ALL_COLUMNS = /\b(?:select|returning)\s+(?:\w+\.)?\*|,\s*\w+\.\*/gi
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
      violations.push(...foreignTables(file, 1, module, text, modules.keys()), ...longLocks(file, text))
  }
  return violations
}

function longLocks(file: string, text: string): Violation[] {
  return findLongLocks(text).map(({ table, line, effect }) => ({
    file,
    line,
    message:
      `This statement on ${table} ${effect}: in a shop with many rows, all others wait meanwhile. Divide it into steps ` +
      `without such locks (PostgreSQL, "ALTER TABLE", notes), or say why it is harmless in a line "-- long lock: …"`,
  }))
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
  const text = sql.replace(/--.*|'(?:[^']|'')*'/g, (part) => part.replace(/[^\n]/g, ' '))
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
