import type { Sql } from '#runtime/database/pool.ts'
import { neighbourSwaps, type WordLookup } from '../rules/correct-words.ts'
import { stripLatinAccents, trigramForm } from '../rules/plain-letters.ts'
import { isUnspaced, unspacedExpression } from '../rules/search-words.ts'

const MAX_CANDIDATES = 8
/** Shorter words are the end of many unrelated words, as `ear` is of `wear`. */
const MIN_COMPOUND_PART = 4

/**
 * Finds for each word whether a product has it. If not, also finds the words of titles and facts that are similar, and
 * those that end with its singular or plural.
 */
export async function findWords(sql: Sql, words: readonly string[]): Promise<WordLookup[]> {
  const rows = words.map((typed, ordinal) => {
    const plain = stripLatinAccents(typed)
    const unspaced = isUnspaced(typed) ? unspacedExpression(typed) : null
    const singular = plain.replace(/s$/, '')
    const forms = { form: trigramForm(plain), singular_form: trigramForm(singular) }
    return { typed, plain, singular, unspaced, ...forms, swaps: neighbourSwaps(plain), ordinal }
  })
  return sql<WordLookup[]>`
    select typed, plain, known, candidates, compounds
    from jsonb_to_recordset(${sql.json(rows)}) as t (
      typed text, plain text, singular text, unspaced text, form text, singular_form text, swaps text[], ordinal int)
    cross join lateral (
      select exists (
        select from catalog.listing
        where all_terms @@ coalesce(
          unspaced::tsquery, plainto_tsquery('catalog.stemmed', typed) || plainto_tsquery('catalog.plain', typed))
      ) as known
    ) k
    cross join lateral (
      select array(
        select w.word
        from (
          select word, public.similarity(word.form, t.form) as similarity
          from catalog.word where word.form operator(public.%) t.form
          union
          -- Swapped letters rank first: their trigrams have a low similarity
          select word, 2 from catalog.word where word = any(swaps)
        ) w
        where not known and unspaced is null
          and exists (select from catalog.listing where fact_terms @@ plainto_tsquery('catalog.plain', w.word))
        order by similarity desc, w.word
        limit ${MAX_CANDIDATES}
      ) as candidates
    ) c
    cross join lateral (
      select array(
        select w.word
        from catalog.word w
        where not known and unspaced is null and length(singular) >= ${MIN_COMPOUND_PART}
          and w.form like '%' || singular_form || '%'
          -- Different words may share a form
          and (w.word like '%' || singular or w.word like '%' || singular || 's')
          and exists (select from catalog.listing where fact_terms @@ plainto_tsquery('catalog.plain', w.word))
        order by length(w.word), w.word
        limit ${MAX_CANDIDATES}
      ) as compounds
    ) d
    order by ordinal`
}
