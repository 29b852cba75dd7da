import type { Sql } from '#runtime/database/pool.ts'
import { type Lookup, neighbourSwaps } from '../rules/correct-words.ts'
import { trigramForm, withoutLatinAccents } from '../rules/plain-letters.ts'
import { isRun, runExpression } from '../rules/search-words.ts'

const MAX_CANDIDATES = 8

/** Tells for each word whether a product has it, and which words of the catalogue's titles and facts look like it. */
export async function findWords(sql: Sql, words: readonly string[]): Promise<Lookup[]> {
  const rows = words.map((typed, ordinal) => {
    const plain = withoutLatinAccents(typed)
    const run = isRun(typed) ? runExpression(typed) : null
    return { typed, plain, run, form: trigramForm(plain), swaps: neighbourSwaps(plain), ordinal }
  })
  return sql<Lookup[]>`
    select typed, plain, known, candidates
    from jsonb_to_recordset(${sql.json(rows)}) as t (typed text, plain text, run text, form text, swaps text[], ordinal int)
    cross join lateral (
      select exists (
        select from catalog.listing
        where all_terms @@ coalesce(
          run::tsquery, plainto_tsquery('catalog.stemmed', typed) || plainto_tsquery('catalog.plain', typed))
      ) as known
    ) k
    cross join lateral (
      select array(
        select w.word
        from (
          select word, public.similarity(word.form, t.form) as similarity
          from catalog.word where word.form operator(public.%) t.form
          union
          -- Before all others: one slip of the fingers, which trigrams take for another word.
          select word, 2 from catalog.word where word = any(swaps)
        ) w
        where not known and run is null
          and exists (select from catalog.listing where fact_terms @@ plainto_tsquery('catalog.plain', w.word))
        order by similarity desc, w.word
        limit ${MAX_CANDIDATES}
      ) as candidates
    ) c
    order by ordinal`
}
