import type { Sql, Statement } from '#runtime/database/sql.ts'
import type { SearchFront } from '../rules/search-front.ts'
import { isRun, type QueryWord, runExpression } from '../rules/search-words.ts'
import { filterOf, type ListedRow, type ListFilters, type PageRequest, readPage } from './list-products.ts'

// A single letter would stand for a tenth of all words.
const MIN_PREFIX_LENGTH = 2

/** The tier of exact SKUs, and one before it. */
const EXACT = -1
const BEFORE_ALL = -2

/** The words of a query, at least one; the last one may be unfinished. */
export type SearchTerms = readonly QueryWord[]

/** Reads a page of the products that have all these words, in an order that has nothing to do with the words. */
export async function searchSorted(sql: Sql, words: SearchTerms, request: PageRequest): Promise<ListedRow[]> {
  const { category } = request.filters
  const matches = sql`(
    select number, price, available, title_key from catalog.listing
    where all_terms @@ (select ${askedFor(sql, words)}) ${inCategory(sql, category)} offset 0) l`
  return readPage(sql, matches, request)
}

export interface RelevanceWish {
  /** What was asked for as it was written: products with a variant of this SKU come before all others. */
  sku: string
  filters: ListFilters
  /** Tier and rank of the row before the first. */
  after: { tier: number; rank: number } | undefined
  rows: number
  /** Where the smallest ranks are; without it, all matches are read. */
  front: SearchFront | undefined
}

/**
 * Reads a page of the products that have all these words, the best first: those with a variant whose SKU is what was
 * written, then those that have the words in the title, then those that have them in title and facts, then those that
 * need the description; within each of these tiers by the stored rank. A tier is searched when those before it do not fill
 * the page, and what is behind the front when the front does not.
 *
 * The words come out of a subselect on purpose: PostgreSQL then plans without knowing them, and always by the index of
 * words, whose cost grows with the matches; the order's index would be quick for common words and slow for rare ones.
 * Each tier takes as many more rows as the tier before it has matches, because those are all that it has to pass over:
 * keeping that many smallest ranks is much less work than sorting thousands of matches.
 */
export async function searchByRelevance(
  sql: Sql,
  words: SearchTerms,
  { sku, filters, after, rows, front }: RelevanceWish,
): Promise<ListedRow[]> {
  const { tier = BEFORE_ALL, rank = 0 } = after ?? {}
  const filter = sql`${inCategory(sql, filters.category)} ${filterOf(sql, filters)}`
  // Above `tier` nothing has been shown yet, below it everything has.
  const from = (own: number) =>
    sql`and (${tier}::int < ${own}::int or (${tier}::int = ${own}::int and rank > ${rank}))`
  const parts = front
    ? [
        (terms: Statement) => sql`${terms} @@ (select words && front from asked)`,
        (terms: Statement) => sql`${terms} @@ (select words from asked)
          and (rank >= ${front.below} or not ${terms} @@ (select front from asked))`,
      ]
    : [(terms: Statement) => sql`${terms} @@ (select words from asked)`]
  const tiers = TIERS.flatMap(({ number, terms, before }) =>
    parts.map((matching) => {
      const column = sql`${sql(terms)}`
      if (before === undefined)
        return sql`
          (select ${number}::int as tier, rank, number from (
            select rank, number from catalog.listing where ${matching(column)} ${from(number)} ${filter} offset 0) matches
          where number not in (select number from exact)
          order by rank limit ${rows})`
      const earlier = sql`${sql(before)}`
      return sql`
        (select ${number}::int, rank, number from (
          select rank, number from catalog.listing where ${matching(column)} ${from(number)} ${filter}
          order by rank limit ${rows} + (
            select count(*) from catalog.listing where ${earlier} @@ (select words from asked))
            + (select count(*) from exact)) matches
        where number not in (select number from exact)
          and not (select ${earlier} @@ (select words from asked) from catalog.listing l where l.number = matches.number)
        order by rank limit ${rows})`
    }),
  )
  return sql<ListedRow[]>`
    with asked as materialized (
      select ${askedFor(sql, words)} as words, ${front?.expression ?? ''}::tsquery as front
    ),
    exact as materialized (
      select distinct p.number from catalog.variant v join catalog.product p on p.id = v.product_id
      where lower(v.sku) = lower(${sku}) and not v.withdrawn
    )
    select json_build_array(tier, rank) as keys, s.summary
    from (
      (select ${EXACT}::int as tier, rank, number from catalog.listing join exact using (number)
      where true ${from(EXACT)} ${filter}
      order by rank limit ${rows})
      ${tiers.reduce((all, one) => sql`${all} union all ${one}`, sql``)}
      limit ${rows}
    ) page
    join catalog.summary s using (number)
    order by tier, rank`
}

/** By the terms that the words are found in; what has them in the terms of the tier before stands there. */
const TIERS = [
  { number: 0, terms: 'title_terms', before: undefined },
  { number: 1, terms: 'fact_terms', before: 'title_terms' },
  { number: 2, terms: 'all_terms', before: 'fact_terms' },
]

/** The text search expression for the words: all of them, by their stems, or the last one as a beginning. */
function askedFor(sql: Sql, words: SearchTerms) {
  const last = words.at(-1)!
  const several = words.filter(({ others }) => others?.length)
  const before = words.slice(0, -1).filter((word) => !isRun(word.text) && !several.includes(word))
  const finished = before.filter((word) => !word.isPart).map(({ text }) => text)
  const parts = before.filter((word) => word.isPart).map(({ text }) => text)
  const runs = words.filter((word) => isRun(word.text)).map(({ text }) => `(${runExpression(text)})`)
  const all = [
    finished.length > 0 && sql`plainto_tsquery('catalog.stemmed', ${finished.join(' ')})`,
    parts.length > 0 && sql`plainto_tsquery('catalog.plain', ${parts.join(' ')})`,
    !isRun(last.text) && !several.includes(last) && wordBeingTyped(sql, last.text),
    ...several.map((word) => oneOf(sql, word)),
    runs.length > 0 && sql`${runs.join(' & ')}::tsquery`,
  ].filter((each) => each !== false)
  return all.reduce((left, right) => sql`${left} && ${right}`)
}

function wordBeingTyped(sql: Sql, word: string) {
  const beginning = word.length < MIN_PREFIX_LENGTH ? word : `${word}:*`
  return sql`(plainto_tsquery('catalog.stemmed', ${word}) || to_tsquery('catalog.plain', ${beginning}))`
}

function oneOf(sql: Sql, { text, others = [] }: QueryWord) {
  const each = [text, ...others].map((word) => sql`plainto_tsquery('catalog.plain', ${word})`)
  return sql`(${each.reduce((left, right) => sql`${left} || ${right}`)})`
}

function inCategory(sql: Sql, category: string | undefined) {
  return category === undefined ? sql`` : sql`and categories @> array[${category}::text]`
}
