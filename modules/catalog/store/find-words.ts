import type { Sql } from '#runtime/database/pool.ts'
import { type Lookup, neighbourSwaps } from '../rules/correct-words.ts'

const MAX_CANDIDATES = 8

/** Tells for each word whether a product has it, and which words of the catalogue's titles and facts look like it. */
export async function findWords(sql: Sql, words: readonly string[]): Promise<Lookup[]> {
  const rows = words.map((word, ordinal) => ({ word, swaps: neighbourSwaps(word), ordinal }))
  return sql<Lookup[]>`
    select typed.word as typed, plain, known, candidates
    from jsonb_to_recordset(${sql.json(rows)}) as typed (word text, swaps text[], ordinal int)
    cross join lateral (select public.unaccent(typed.word) as plain) u
    cross join lateral (
      select exists (
        select from catalog.listing
        where all_terms @@ (plainto_tsquery('catalog.stemmed', typed.word) || plainto_tsquery('catalog.plain', typed.word))
      ) as known
    ) k
    cross join lateral (
      select array(
        select w.word
        from (
          select word from catalog.word where word operator(public.%) plain
          union
          select word from catalog.word where word = any(typed.swaps)
        ) w
        where not known
          and exists (select from catalog.listing where fact_terms @@ plainto_tsquery('catalog.plain', w.word))
        order by w.word = any(typed.swaps) desc, public.similarity(w.word, plain) desc, w.word
        limit ${MAX_CANDIDATES}
      ) as candidates
    ) c
    order by typed.ordinal`
}
