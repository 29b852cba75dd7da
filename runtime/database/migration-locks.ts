/** A statement of a migration that keeps others waiting for as long as its table is large. */
export interface LongLock {
  /** The table, with its schema. */
  table: string
  /** The line that its statement begins at. */
  line: number
  /** What it does to the table, for a sentence that begins with the migration. */
  effect: string
}

/** After a line with this, a migration says why a long lock does no harm. */
const ACCEPTED = /^--[ \t]*long lock:[ \t]*\S/im

interface Rule {
  /** Its first group is the table. */
  pattern: RegExp
  effect: string
}

const TABLE = String.raw`(?:if\s+exists\s+)?(?:only\s+)?([\w".]+)`

// PostgreSQL, "ALTER TABLE", notes: what rewrites a table or reads all of it under a lock.
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
    effect: 'reads all of it while nobody may read or write (set not null)',
  },
  {
    pattern: new RegExp(
      String.raw`^alter\s+table\s+${TABLE}(?=[^;]*\badd\s+(?:constraint\s+[\w"]+\s+)?(?:check|unique|primary\s+key|foreign\s+key|exclude)\b)(?![^;]*\bnot\s+valid\b)(?![^;]*\busing\s+index\b)`,
      'i',
    ),
    effect: 'reads all of it while nobody may write (a constraint without "not valid")',
  },
  {
    pattern: /^create\s+(?:unique\s+)?index\b(?!\s+concurrently)[^;]*?\bon\s+(?:only\s+)?([\w".]+)/i,
    effect: 'reads all of it while nobody may write (create index)',
  },
  {
    pattern: new RegExp(
      String.raw`^(?:cluster|vacuum\s+full|lock(?:\s+table)?|reindex\s+table)\s+${TABLE}`,
      'i',
    ),
    effect: 'locks it',
  },
  { pattern: /^update\s+(?:only\s+)?([\w".]+)/i, effect: 'changes rows that others wait for (update)' },
  { pattern: /^delete\s+from\s+(?:only\s+)?([\w".]+)/i, effect: 'deletes rows that others wait for' },
]

/**
 * Finds the statements of a migration that keep others waiting on a table that it has not made itself. Best effort: it
 * reads text, not plans.
 *
 * @param options.acceptsReasons a migration with a line `-- long lock: <why it does no harm>` has none. Default: true
 */
export function findLongLocks(migration: string, { acceptsReasons = true } = {}): LongLock[] {
  if (acceptsReasons && ACCEPTED.test(migration)) return []
  const text = withoutComments(migration)
  const made = new Set(
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
      if (table === undefined || made.has(table)) continue
      locks.push({ table, line: text.slice(0, begin).split('\n').length, effect })
      break
    }
  }
  return locks
}

/** The same text with comments, literals and bodies of functions as spaces, so that lines stay what they are. */
function withoutComments(text: string): string {
  return text.replace(/--[^\n]*|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g, (part) =>
    part.replace(/[^\n]/g, ' '),
  )
}
