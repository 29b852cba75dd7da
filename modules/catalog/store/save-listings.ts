import type { Sql } from '#runtime/database/pool.ts'
import { trigramForm, withoutLatinAccents } from '../rules/plain-letters.ts'
import type { ProductPlan } from '../rules/plan-product.ts'
import { searchRank } from '../rules/sort-keys.ts'

const MIN_CORRECTION_LENGTH = 3

/** Writes what lists show and search finds of these products, and takes out those that are not published. */
export async function saveListings(
  sql: Sql,
  plans: readonly ProductPlan[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const hidden = plans
    .filter(({ draft, isNew }) => !draft.published && !isNew)
    .map(({ id }) => numbers.get(id)!)
  const shown = plans.filter(({ draft }) => draft.published)
  await Promise.all([
    hidden.length > 0 && sql`delete from catalog.summary where number = any(${hidden})`,
    hidden.length > 0 && sql`delete from catalog.listing where number = any(${hidden})`,
    upsertSummaries(sql, shown, numbers),
    upsertListings(sql, shown, numbers),
    insertWords(sql, shown),
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
  const rows = plans.map(({ id, draft, summary, categories, search }) => ({
    number: numbers.get(id)!,
    rank: searchRank(draft.title, numbers.get(id)!),
    price: summary.price.amount,
    available: summary.available,
    title_key: search.titleKey,
    categories: categories.map(({ handle }) => handle),
    title: search.title,
    facts: search.facts,
    body: search.body,
  }))
  await sql`
    insert into catalog.listing (number, rank, price, available, title_key, categories, title_terms, fact_terms, all_terms)
    select number, rank, price, available, title_key, categories, title_terms, fact_terms,
      fact_terms || strip(to_tsvector('catalog.stemmed', body))
    from jsonb_to_recordset(${sql.json(rows)}) as row (number bigint, rank bigint, price bigint, available boolean,
      title_key text, categories text[], title text, facts text, body text)
    cross join lateral (
      select strip(to_tsvector('catalog.plain', title) || to_tsvector('catalog.stemmed', title)) as title_terms
    ) t
    cross join lateral (
      select title_terms || strip(to_tsvector('catalog.plain', facts) || to_tsvector('catalog.stemmed', facts)) as fact_terms
    ) f
    on conflict (number) do update set rank = excluded.rank, price = excluded.price, available = excluded.available,
      title_key = excluded.title_key, categories = excluded.categories, title_terms = excluded.title_terms,
      fact_terms = excluded.fact_terms, all_terms = excluded.all_terms`
}

/** Words are only ever added: one that no product has any more is never offered as a correction. */
async function insertWords(sql: Sql, plans: readonly ProductPlan[]): Promise<void> {
  const words = new Set<string>()
  for (const { search } of plans) {
    for (const word of withoutLatinAccents(`${search.title} ${search.facts}`).split(' ')) {
      if (word.length >= MIN_CORRECTION_LENGTH && !/\d/.test(word)) words.add(word)
    }
  }
  await sql`
    insert into catalog.word (word, form)
    select word, form from unnest(${[...words]}::text[], ${[...words].map(trigramForm)}::text[]) as added (word, form)
    on conflict do nothing`
}
