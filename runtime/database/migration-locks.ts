/** A statement of a migration that blocks other transactions for a time that grows with its table. */
export interface LongLock {
  /** The table, with its schema. */
  table: string
  /** The line on which the statement begins. */
  line: number
  /** The effect on the table, as the predicate of a sentence whose subject is the statement. */
  effect: string
}

/** The comment in which a migration gives the reason why its long lock is acceptable. */
const ACCEPTED = /^--[ \t]*long lock:[ \t]*\S/im

interface Rule {
  /** Its first group is the table. */
  pattern: RegExp
  effect: string
}

const TABLE = String.raw`(?:if\s+exists\s+)?(?:only\s+)?([\w".]+)`

// PostgreSQL, "ALTER TABLE", notes: statements that rewrite a table, or read all of it under a lock.
const RULES: Rule[] = [
  {
    pattern: new RegExp(
      String.raw`^alter\s+table\s+${TABLE}[^;]*\balter\s+(?:column\s+)?[\w"]+\s+(?:set\s+data\s+)?type\b`,
      'i',
    ),
    effect: 'rewrites it (alter column type)',
  },
  {
    pattern: new RegExp(
      String.raw`^alter\s+table\s+${TABLE}[^;]*\badd\s+(?:column\s+)?[^,;]*\b(?:generated\b|default\s+(?:gen_random_uuid|random|clock_timestamp|nextval|uuidv\d))`,
      'i',
    ),
    effect: 'rewrites it (a new column whose default differs from row to row)',
  },
  {
    pattern: new RegExp(String.raw`^alter\s+table\s+${TABLE}[^;]*\bset\s+not\s+null`, 'i'),
    effect: 'reads all of it and blocks all reads and writes (set not null)',
  },
  {
    pattern: new RegExp(
      String.raw`^alter\s+table\s+${TABLE}(?=[^;]*\badd\s+(?:constraint\s+[\w"]+\s+)?(?:check|unique|primary\s+key|foreign\s+key|exclude)\b)(?![^;]*\bnot\s+valid\b)(?![^;]*\busing\s+index\b)`,
      'i',
    ),
    effect: 'reads all of it and blocks all writes (a constraint without "not valid")',
  },
  {
    pattern: /^create\s+(?:unique\s+)?index\b(?!\s+concurrently)[^;]*?\bon\s+(?:only\s+)?([\w".]+)/i,
    effect: 'reads all of it and blocks all writes (create index)',
  },
  {
    pattern: new RegExp(
      String.raw`^(?:cluster|vacuum\s+full|lock(?:\s+table)?|reindex\s+table)\s+${TABLE}`,
      'i',
    ),
    effect: 'locks it',
  },
  {
    pattern: /^update\s+(?:only\s+)?([\w".]+)/i,
    effect: 'changes rows and blocks other writes to them (update)',
  },
  {
    pattern: /^delete\s+from\s+(?:only\s+)?([\w".]+)/i,
    effect: 'deletes rows and blocks other writes to them (delete)',
  },
]

/**
 * Finds the statements of a migration that take a long lock on a table that the migration has not created itself. Best
 * effort: it reads the text, not the plans.
 *
 * @param options.acceptsReasons skip a migration with a line `-- long lock: <why this is acceptable>`. Default: true
 */
export function findLongLocks(migration: string, { acceptsReasons = true } = {}): LongLock[] {
  if (acceptsReasons && ACCEPTED.test(migration)) return []
  const text = withoutComments(migration)
  const created = new Set(
    [
      ...text.matchAll(
        /\bcreate\s+(?:temp(?:orary)?\s+|unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?([\w".]+)/gi,
      ),
    ].map((match) => match[1]!.toLowerCase()),
  )
  const locks: LongLock[] = []
  let offset = 0
  for (const statement of text.split(';')) {
    const begin = offset + (statement.length - statement.trimStart().length)
    offset += statement.length + 1
    for (const { pattern, effect } of RULES) {
      const table = pattern.exec(statement.trim())?.[1]?.toLowerCase()
      if (table === undefined || created.has(table)) continue
      locks.push({ table, line: text.slice(0, begin).split('\n').length, effect })
      break
    }
  }
  return locks
}

/** Replaces comments, literals and function bodies with spaces. The lines keep their numbers. */
function withoutComments(text: string): string {
  return text.replace(/--[^\n]*|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g, (part) =>
    part.replace(/[^\n]/g, ' '),
  )
}
