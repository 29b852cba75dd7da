import type { Sql, Statement } from '#runtime/database/sql.ts'
import type { SearchFront } from '../rules/search-front.ts'
import { isUnspaced, type QueryWord, unspacedExpression } from '../rules/search-words.ts'
import {
  filterOf,
  type ListedRow,
  type ListFilters,
  type PageRequest,
  readListPage,
} from './list-products.ts'

// A single letter as a prefix would match a tenth of all words.
const MIN_PREFIX_LENGTH = 2

/** The tier of products with the exact SKU. */
const EXACT = -1
/** The tier of a position before all rows. */
const BEFORE_ALL = -2

/**
 * Reads a page of the products with all words, in an order other than relevance. `words` has at least one word, and the
 * last one may be incomplete.
 */
export async function searchSorted(
  sql: Sql,
  words: readonly QueryWord[],
  request: PageRequest,
): Promise<ListedRow[]> {
  const { category } = request.filters
  const matches = sql`(
    select number, price, available, title_key from catalog.listing
    where all_terms @@ (select ${queryExpression(sql, words)}) ${inCategory(sql, category)} offset 0) l`
  return readListPage(sql, matches, request)
}

export interface RelevanceRequest {
  /** The query as typed. Products with a variant of this SKU come first. */
  sku: string
  filters: ListFilters
  /** Tier and rank of the row before the page. */
  after: { tier: number; rank: number } | undefined
  rows: number
  /** The front of the catalogue. Without it, the ranks of all matches are read. */
  front: SearchFront | undefined
}

/**
 * Reads a page of the products with all words, in four tiers: products with the exact SKU, with all words in the title,
 * with all words in title and facts, and those that also need the description. Each tier is sorted by the stored rank.
 * A tier is read only if the tiers before it do not fill the page. Products behind the front are read only if those of
 * the front do not fill it.
 *
 * The words are in a subselect, so that PostgreSQL plans without their values and always uses the index of words, whose
 * cost grows with the matches. The index of ranks would be fast for common words, but slow for rare ones. Each tier
 * reads as many more rows as the tier before it has matches, because it skips at most those. A top-N sort of that many
 * rows is much cheaper than a sort of thousands of matches.
 */
export async function searchByRelevance(
  sql: Sql,
  words: readonly QueryWord[],
  { sku, filters, after, rows, front }: RelevanceRequest,
): Promise<ListedRow[]> {
  const { tier = BEFORE_ALL, rank = 0 } = after ?? {}
  const filter = sql`${inCategory(sql, filters.category)} ${filterOf(sql, filters)}`
  // Earlier pages contain all rows of the tiers before `tier`, and no rows of the tiers after it
  const notYetListed = (rowTier: number) =>
    sql`and (${tier}::int < ${rowTier}::int or (${tier}::int = ${rowTier}::int and rank > ${rank}))`
  const frontAndRest = front
    ? [
        (terms: Statement) => sql`${terms} @@ (select words && front from query)`,
        (terms: Statement) => sql`${terms} @@ (select words from query)
          and (rank >= ${front.below} or not ${terms} @@ (select front from query))`,
      ]
    : [(terms: Statement) => sql`${terms} @@ (select words from query)`]
  const tiers = TIERS.flatMap(({ number, terms, previousTerms }) =>
    frontAndRest.map((matching) => {
      const column = sql`${sql(terms)}`
      if (previousTerms === undefined)
        return sql`
          (select ${number}::int as tier, rank, number from (
            select rank, number from catalog.listing where ${matching(column)} ${notYetListed(number)} ${filter} offset 0) matches
          where number not in (select number from exact)
          order by rank limit ${rows})`
      const previous = sql`${sql(previousTerms)}`
      return sql`
        (select ${number}::int, rank, number from (
          select rank, number from catalog.listing where ${matching(column)} ${notYetListed(number)} ${filter}
          order by rank limit ${rows} + (
            select count(*) from catalog.listing where ${previous} @@ (select words from query))
            + (select count(*) from exact)) matches
        where number not in (select number from exact)
          and not (select ${previous} @@ (select words from query) from catalog.listing l where l.number = matches.number)
        order by rank limit ${rows})`
    }),
  )
  return sql<ListedRow[]>`
    with query as materialized (
      select ${queryExpression(sql, words)} as words, ${front?.expression ?? ''}::tsquery as front
    ),
    exact as materialized (
      select distinct p.number from catalog.variant v join catalog.product p on p.id = v.product_id
      where lower(v.sku) = lower(${sku}) and not v.withdrawn
    )
    select json_build_array(tier, rank) as keys, s.summary
    from (
      (select ${EXACT}::int as tier, rank, number from catalog.listing join exact using (number)
      where true ${notYetListed(EXACT)} ${filter}
      order by rank limit ${rows})
      ${tiers.reduce((all, one) => sql`${all} union all ${one}`, sql``)}
      limit ${rows}
    ) page
    join catalog.summary s using (number)
    order by tier, rank`
}

/** The tiers by the column that matches. A row that also matches `previousTerms` belongs to an earlier tier. */
const TIERS = [
  { number: 0, terms: 'title_terms', previousTerms: undefined },
  { number: 1, terms: 'fact_terms', previousTerms: 'title_terms' },
  { number: 2, terms: 'all_terms', previousTerms: 'fact_terms' },
]

/** The tsquery for the words: all of them by their stems, the last one also as a prefix. */
function queryExpression(sql: Sql, words: readonly QueryWord[]) {
  const last = words.at(-1)!
  const withAlternatives = words.filter(({ alternatives }) => alternatives?.length)
  const complete = words
    .slice(0, -1)
    .filter((word) => !isUnspaced(word.text) && !withAlternatives.includes(word))
  const wholeWords = complete.filter((word) => !word.isPart).map(({ text }) => text)
  const parts = complete.filter((word) => word.isPart).map(({ text }) => text)
  const unspaced = words
    .filter((word) => isUnspaced(word.text))
    .map(({ text }) => `(${unspacedExpression(text)})`)
  const all = [
    wholeWords.length > 0 && sql`plainto_tsquery('catalog.stemmed', ${wholeWords.join(' ')})`,
    parts.length > 0 && sql`plainto_tsquery('catalog.plain', ${parts.join(' ')})`,
    !isUnspaced(last.text) && !withAlternatives.includes(last) && incompleteWord(sql, last.text),
    ...withAlternatives.map((word) => anyOf(sql, word)),
    unspaced.length > 0 && sql`${unspaced.join(' & ')}::tsquery`,
  ].filter((part) => part !== false)
  return all.reduce((left, right) => sql`${left} && ${right}`)
}

function incompleteWord(sql: Sql, word: string) {
  const prefix = word.length < MIN_PREFIX_LENGTH ? word : `${word}:*`
  return sql`(plainto_tsquery('catalog.stemmed', ${word}) || to_tsquery('catalog.plain', ${prefix}))`
}

function anyOf(sql: Sql, { text, alternatives = [] }: QueryWord) {
  const queries = [text, ...alternatives].map((word) => sql`plainto_tsquery('catalog.plain', ${word})`)
  return sql`(${queries.reduce((left, right) => sql`${left} || ${right}`)})`
}

function inCategory(sql: Sql, category: string | undefined) {
  return category === undefined ? sql`` : sql`and categories @> array[${category}::text]`
}
