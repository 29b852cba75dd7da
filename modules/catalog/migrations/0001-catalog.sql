create extension if not exists pg_trgm with schema public;
create extension if not exists unaccent with schema public;

-- Words as they are written, without accents: for titles, codes and words that are still being typed.
create text search configuration catalog.plain (copy = pg_catalog.simple);
alter text search configuration catalog.plain
  alter mapping for word, numword, hword, hword_part, hword_numpart, numhword with public.unaccent, pg_catalog.simple;

-- Word stems without accents and stop words, so that 'sofas' finds 'sofa'.
create text search configuration catalog.stemmed (copy = pg_catalog.english);
alter text search configuration catalog.stemmed
  alter mapping for word, hword, hword_part with public.unaccent, pg_catalog.english_stem;

create table catalog.product (
  id text primary key,
  -- Grows with each new product: the order 'newest', and a key that is quicker to sort than the id.
  number bigint generated always as identity unique,
  handle text not null unique,
  title text not null,
  description_html text not null,
  vendor text not null,
  type text not null,
  tags jsonb not null,
  -- [{ "name", "values": [] }], in the order of `variant.option_values`
  options jsonb not null,
  published boolean not null,
  seo_title text not null,
  seo_description text not null,
  -- Of the draft that it was last made from: an equal one changes nothing.
  draft_hash text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

-- A removed one is withdrawn and not deleted: the browser, a cart or an order may still show it.
create table catalog.picture (
  id text primary key,
  product_id text not null references catalog.product (id),
  ordinal int not null,
  -- null: the shop draws it
  source_url text,
  alt text not null,
  withdrawn boolean not null default false
);
create index on catalog.picture (product_id);

-- A removed one is withdrawn and not deleted: orders name it, and it comes back under its id.
create table catalog.variant (
  id text primary key,
  product_id text not null references catalog.product (id),
  ordinal int not null,
  sku text,
  title text not null,
  option_values jsonb not null,
  price bigint not null check (price >= 0),
  compare_at_price bigint,
  currency text not null,
  weight_grams int not null,
  requires_shipping boolean not null,
  taxable boolean not null,
  barcode text,
  picture_id text not null references catalog.picture (id),
  withdrawn boolean not null default false
);
create index on catalog.variant (product_id);

-- What inventory last told; not tied to `variant`, because either may come first.
create table catalog.availability (
  variant_id text primary key,
  available boolean not null
);

create table catalog.category (
  handle text primary key,
  title text not null,
  -- Published products; kept by every change, since each page of the shop shows the categories.
  product_count int not null default 0
);

create table catalog.product_category (
  product_id text not null references catalog.product (id),
  category_handle text not null references catalog.category (handle),
  ordinal int not null,
  primary key (product_id, category_handle)
);
create index on catalog.product_category (category_handle);

-- Published products only: what a list filters and sorts by. The columns that every search reads stand first, because
-- reading a later column means walking over those before it.
create table catalog.listing (
  number bigint primary key references catalog.product (number),
  -- Sorts matches of equal quality: short titles first, then the newest.
  rank bigint not null,
  price bigint not null,
  available boolean not null,
  title_key text not null collate "C",
  categories text[] not null,
  -- Words of the title; of title and facts (vendor, type, tags, options, SKUs); of all, the description included.
  title_terms tsvector not null,
  fact_terms tsvector not null,
  all_terms tsvector not null
);
create index on catalog.listing (price, number);
create index on catalog.listing (title_key, number);
create index on catalog.listing using gin (categories) with (fastupdate = off);
create index on catalog.listing using gin (title_terms) with (fastupdate = off);
create index on catalog.listing using gin (fact_terms) with (fastupdate = off);
create index on catalog.listing using gin (all_terms) with (fastupdate = off);

-- Published products only: the prepared answer for lists. `json` and not `jsonb`, because it is only ever read whole.
create table catalog.summary (
  number bigint primary key references catalog.product (number),
  summary json not null
);

-- Words of titles and facts, without accents: what a mistyped word may have meant.
create table catalog.word (
  word text primary key,
  -- The word in ASCII letters, which trigrams know in every locale.
  form text not null
);
create index on catalog.word using gin (form public.gin_trgm_ops);
