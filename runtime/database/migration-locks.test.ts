import { describe, expect, it } from 'vitest'
import { findLongLocks } from './migration-locks.ts'
import { runtimeMigrations } from './runtime-migrations.ts'

describe('findLongLocks()', () => {
  it.each([
    ['alter table shop.item alter column price type numeric', 'rewrites it (alter column type)'],
    ['alter table shop.item alter price set data type bigint', 'rewrites it (alter column type)'],
    [
      'alter table only shop.item add column id uuid default gen_random_uuid()',
      'default differs from row to row',
    ],
    [
      'alter table shop.item add column n bigint generated always as identity',
      'default differs from row to row',
    ],
    ['alter table if exists shop.item alter column name set not null', 'set not null'],
    ['alter table shop.item add constraint positive check (price > 0)', 'without "not valid"'],
    ['alter table shop.item add unique (name)', 'without "not valid"'],
    ['create index on shop.item (name)', 'create index'],
    ['create unique index if not exists item_name on shop.item using btree (name)', 'create index'],
    ['lock table shop.item in exclusive mode', 'locks it'],
    ['update shop.item set price = 0', 'changes rows'],
    ['delete from shop.item', 'deletes rows'],
  ])('finds a statement with a long lock: %s', (statement, effect) => {
    const locks = findLongLocks(`-- first\ncreate table shop.other (id int);\n${statement};`)
    expect(locks).toEqual([{ table: 'shop.item', line: 3, effect: expect.stringContaining(effect) }])
  })

  it.each([
    'alter table shop.item add column note text',
    "alter table shop.item add column note text not null default ''",
    'alter table shop.item add constraint positive check (price > 0) not valid',
    'alter table shop.item validate constraint positive',
    'alter table shop.item set (fillfactor = 60)',
    'alter table shop.item add constraint item_name unique using index item_name_idx',
    'drop index shop.item_name',
    "insert into shop.item (name) values ('create index on shop.item (name); update shop.item')",
    '-- update shop.item set price = 0',
    'create function shop.f() returns void language sql as $$ update shop.item set price = 0; $$',
    'create table shop.created (id int); create index on shop.created (id); update shop.created set id = 1',
  ])('ignores a statement without a long lock: %s', (statement) => {
    expect(findLongLocks(`${statement};`)).toEqual([])
  })

  it('accepts a long lock for which a comment gives the reason', () => {
    const migration = '-- long lock: a shop has a handful of these\nupdate shop.item set price = 0;'
    expect(findLongLocks(migration)).toEqual([])
    expect(findLongLocks(migration, { acceptsReasons: false })).toHaveLength(1)
    expect(findLongLocks('-- long lock:\nupdate shop.item set price = 0;')).toHaveLength(1)
  })

  it("the runtime's own migrations give a reason for each long lock", () => {
    for (const { text } of runtimeMigrations('shop')) expect(findLongLocks(text)).toEqual([])
  })
})
