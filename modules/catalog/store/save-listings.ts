import type { Sql } from '#runtime/database/pool.ts'
import { stripLatinAccents, trigramForm } from '../rules/plain-letters.ts'
import type { ProductPlan } from '../rules/plan-product.ts'
import type { ProductTerms } from '../rules/product-terms.ts'
import { rankMark } from '../rules/search-front.ts'
import { searchRank } from '../rules/sort-keys.ts'

/** Shorter words are not stored for corrections. */
const MIN_CORRECTION_LENGTH = 3

/** Writes the summaries, listings and words of published products, and removes those of unpublished ones. */
export async function saveListings(
  sql: Sql,
  plans: readonly ProductPlan[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const unpublished = plans
    .filter(({ draft, isNew }) => !draft.published && !isNew)
    .map(({ id }) => numbers.get(id)!)
  const published = plans.filter(({ draft }) => draft.published)
  await Promise.all([
    unpublished.length > 0 && sql`delete from catalog.summary where number = any(${unpublished})`,
    unpublished.length > 0 && sql`delete from catalog.listing where number = any(${unpublished})`,
    upsertSummaries(sql, published, numbers),
    upsertListings(sql, published, numbers),
    insertWords(sql, published),
  ])
}

async function upsertSummaries(
  sql: Sql,
  plans: readonly ProductPlan[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = plans.map(({ id, summary }) => ({
    number: numbers.get(id)!,
    summary: JSON.stringify(summary),
  }))
  await sql`
    insert into catalog.summary (number, summary)
    select number, summary::json from jsonb_to_recordset(${sql.json(rows)}) as row (number bigint, summary text)
    on conflict (number) do update set summary = excluded.summary`
}

async function upsertListings(
  sql: Sql,
  plans: readonly ProductPlan[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = plans.map(({ id, draft, summary, categories, terms }) => ({
    ...searchColumns(numbers.get(id)!, draft.title, terms),
    price: summary.price.amount,
    available: summary.available,
    title_key: terms.titleKey,
    categories: categories.map(({ handle }) => handle),
  }))
  await sql`
    insert into catalog.listing (number, rank, price, available, title_key, categories, title_terms, fact_terms, all_terms)
    select number, rank, price, available, title_key, categories, title_terms, fact_terms, all_terms
    from jsonb_to_recordset(${sql.json(rows)}) as row (number bigint, rank bigint, price bigint, available boolean,
      title_key text, categories text[], title_words text, title_ngrams text[], fact_words text, fact_ngrams text[],
      body_words text, body_ngrams text[])
    ${withTerms(sql)}
    on conflict (number) do update set rank = excluded.rank, price = excluded.price, available = excluded.available,
      title_key = excluded.title_key, categories = excluded.categories, title_terms = excluded.title_terms,
      fact_terms = excluded.fact_terms, all_terms = excluded.all_terms`
}

/** Replaces the search terms of products. Skips products that are not listed. */
export async function replaceTerms(
  sql: Sql,
  products: readonly { number: number; title: string; terms: ProductTerms }[],
): Promise<void> {
  const rows = products.map(({ number, title, terms }) => searchColumns(number, title, terms))
  await sql`
    with written as (
      select number, rank, title_terms, fact_terms, all_terms
      from jsonb_to_recordset(${sql.json(rows)}) as row (number bigint, rank bigint, title_words text,
        title_ngrams text[], fact_words text, fact_ngrams text[], body_words text, body_ngrams text[])
      ${withTerms(sql)}
    )
    update catalog.listing l
    set rank = w.rank, title_terms = w.title_terms, fact_terms = w.fact_terms, all_terms = w.all_terms
    from written w where l.number = w.number`
}

function searchColumns(number: number, title: string, { title: titleTerms, facts, body }: ProductTerms) {
  const rank = searchRank(title, number)
  return {
    number,
    rank,
    title_words: titleTerms.words,
    title_ngrams: [...titleTerms.ngrams, rankMark(rank)],
    fact_words: facts.words,
    fact_ngrams: facts.ngrams,
    body_words: body.words,
    body_ngrams: body.ngrams,
  }
}

/** Computes the search columns of a listing from rows of `searchColumns`. */
function withTerms(sql: Sql) {
  return sql`
    cross join lateral (
      select strip(to_tsvector('catalog.plain', title_words) || to_tsvector('catalog.stemmed', title_words))
        || array_to_tsvector(title_ngrams) as title_terms
    ) t
    cross join lateral (
      select title_terms || strip(to_tsvector('catalog.plain', fact_words) || to_tsvector('catalog.stemmed', fact_words))
        || array_to_tsvector(fact_ngrams) as fact_terms
    ) f
    cross join lateral (
      select fact_terms || strip(to_tsvector('catalog.stemmed', body_words)) || array_to_tsvector(body_ngrams) as all_terms
    ) a`
}

/** Adds words for corrections, and never removes any: `findWords` ignores words that no product has any more. */
async function insertWords(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const words = new Set<string>()
  for (const { terms } of plans) {
    for (const word of stripLatinAccents(`${terms.title.words} ${terms.facts.words}`).split(' ')) {
      if (word.length >= MIN_CORRECTION_LENGTH && !/\d/.test(word)) words.add(word)
    }
  }
  await sql`
    insert into catalog.word (word, form)
    select word, form from unnest(${[...words]}::text[], ${[...words].map(trigramForm)}::text[]) as added (word, form)
    on conflict do nothing`
}
