/** The reserved words of PostgreSQL (`pg_get_keywords`): as names of schemas they need quotation marks. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross default deferrable desc distinct do else end except false fetch for foreign freeze
  from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select similar some symmetric table tablesample then to trailing true union unique user using variadic
  verbose when where window with`.split(/\s+/),
)

/** `public` exists in each new database; relocations use `pando`. */
const TAKEN = new Set(['pando', 'public'])

/**
 * Why a module cannot have this name, as text that follows the name; undefined when it can. The module's schema has the
 * same name and, after a split, its process too.
 */
export function schemaNameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9]{0,30}$/.test(name))
    return 'must begin with a-z, and have at most 31 characters of a-z and 0-9'
  if (RESERVED.has(name)) return 'is a reserved word of SQL: choose another'
  if (TAKEN.has(name)) return 'is the name of a schema that Pando or PostgreSQL uses: choose another'
  return undefined
}
