import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkBoundaries } from '../../scripts/boundaries/check.ts'
import { RUNTIME_LAYERS } from '../../scripts/boundaries/runtime-layers.ts'
import { readFiles } from '../../scripts/boundaries/tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A tree of three modules without violations. */
const valid: Record<string, string> = {
  'modules/stock/contract.ts':
    "export const stock = contract('stock', { methods: {}, events: { soldOut: event({}) } })",
  'modules/stock/needs.ts': 'export const needs = {}',
  'modules/stock/store.ts': 'export const count = (sql: Sql) => sql`select count(*) from stock.items`',
  'modules/stock/migrations/0001-items.sql':
    '-- what orders.orders refers to\ncreate table stock.items (id text primary key);',
  'modules/shop/contract.ts': "export const shop = contract('shop', { methods: {} })",
  'modules/shop/needs.ts':
    "import { stock } from '#modules/stock/contract.ts'\nexport const needs = { stock }",
  'modules/shop/module.ts':
    "export const definition = defineModule({ reactions: { 'stock.soldOut': hide } })",
  'modules/shop/handlers/show.ts': 'export const show = (_input, context) => context.calls.stock.count({})',
  'modules/mail/contract.ts': "export const mail = contract('mail', { methods: {} })",
  'modules/mail/needs.ts': 'export const needs = {}',
  'runtime/run.ts': "import { Type } from 'typebox'",
  'shared/ids.ts': "import { randomBytes } from 'node:crypto'",
  'cli/audit.ts': "import { stock } from '#modules/stock/contract.ts'",
}

/** Returns the violations after these files were added to the valid tree or replaced in it, as `file:line message`. */
function check(planted: Record<string, string>): string[] {
  const files = new Map(Object.entries({ ...valid, ...planted }))
  return checkBoundaries(files).map(({ file, line, message }) => `${file}:${line} ${message}`)
}

function onlyMessage(planted: Record<string, string>): string {
  const messages = check(planted)
  expect(messages).toHaveLength(1)
  return messages[0]!
}

test('no boundary of this project is violated', () => {
  const files = readFiles(root)
  expect(files.size).toBeGreaterThan(300)
  expect(checkBoundaries(files)).toEqual([])
})

test('a tree without violations passes', () => {
  expect(check({})).toEqual([])
})

test.each([
  ['an import by name', "import { count } from '#modules/stock/store.ts'"],
  ['a relative import', "import { count } from '../stock/store.ts'"],
  ['an import of a type', "import type { Item } from '#modules/stock/store.ts'"],
  ['a re-export', "export { count } from '#modules/stock/store.ts'"],
  ['an import at run time', "const store = await import('#modules/stock/store.ts')"],
])('%s from an internal file of another module is found', (_, line) => {
  const message = onlyMessage({ 'modules/shop/peek.ts': `// why\n${line}` })
  expect(message).toContain('modules/shop/peek.ts:2')
  expect(message).toContain('"shop" imports modules/stock/store.ts, which is internal to "stock"')
  expect(message).toContain('Call a method of its contract instead (context.calls.stock.…)')
})

test('a test may not import internal files of another module either', () => {
  const planted = { 'modules/shop/show.test.ts': "import { count } from '#modules/stock/store.ts'" }
  expect(onlyMessage(planted)).toContain('which is internal to "stock"')
})

test('an import of a contract that needs.ts does not list is found', () => {
  const message = onlyMessage({
    'modules/mail/send.ts': "import { stock } from '#modules/stock/contract.ts'",
  })
  expect(message).toContain('modules/mail/send.ts:1')
  expect(message).toContain(
    '"mail" imports the contract of "stock", which modules/mail/needs.ts does not list',
  )
  expect(message).toContain('Add "stock" to needs')
})

test('a call of a module that needs.ts does not list is found', () => {
  const message = onlyMessage({
    'modules/mail/send.ts': 'export const send = (_input, context) =>\n  context.calls.stock.count({})',
  })
  expect(message).toContain('modules/mail/send.ts:2')
  expect(message).toContain('"mail" calls "stock", which modules/mail/needs.ts does not list')
})

test('a reaction to an event of a module that needs.ts does not list is found', () => {
  const message = onlyMessage({
    'modules/mail/module.ts':
      "export const definition = defineModule({ reactions: {\n  'stock.soldOut': send } })",
  })
  expect(message).toContain('modules/mail/module.ts:2')
  expect(message).toContain(
    '"mail" reacts to "stock.soldOut", but modules/mail/needs.ts does not list "stock"',
  )
})

test('a reaction to an undeclared event is found, and the declared events are named', () => {
  const message = onlyMessage({
    'modules/shop/module.ts':
      "export const definition = defineModule({ reactions: { 'stock.soldout': hide } })",
  })
  expect(message).toContain('modules/stock/contract.ts declares no such event')
  expect(message).toContain('It declares: soldOut')
})

test.each([
  ['sql`select id from orders`\nexport const read = (sql) => sql`\n  select id from stock.items`', 3],
  ['sql`select 1`\nexport const read = (sql) =>\n  sql<{ id: string }[]>`select id from "stock".items`', 3],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ["export const table = (sql) => sql`select id from ${sql('stock.items')}`", 1],
])('SQL in a store that names the schema of another module is found: %s', (text, line) => {
  const message = onlyMessage({ 'modules/shop/store.ts': text })
  expect(message).toContain(`modules/shop/store.ts:${line}`)
  expect(message).toContain('SQL of "shop" names the schema of "stock"')
  expect(message).toContain('context.calls.stock.…')
})

test('a migration that names the schema of another module is found', () => {
  const message = onlyMessage({
    'modules/shop/migrations/0001-views.sql':
      'create table shop.views (\n  item text primary key references stock.items);',
  })
  expect(message).toContain('modules/shop/migrations/0001-views.sql:2')
  expect(message).toContain('SQL of "shop" names the schema of "stock"')
})

test.each([
  ['a number that is used twice', '0001-more.sql'],
  ['a missing number', '0003-more.sql'],
  ['a name without a number', 'more.sql'],
])('a migration with %s is found', (_, name) => {
  const message = onlyMessage({
    [`modules/stock/migrations/${name}`]: 'alter table stock.items add size int;',
  })
  expect(message).toContain(`modules/stock/migrations/${name}:1`)
  expect(message).toContain('its name is not 0002-<what>.sql')
})

test.each([
  [
    'a table outside of the schema of its module',
    'create table loose (id int primary key);',
    'creates "loose" outside',
  ],
  ['a table without a primary key', 'create table stock.more (id int);', '"stock.more" has no primary key'],
])('%s is found', (_, sql, problem) => {
  const message = onlyMessage({ 'modules/stock/migrations/0002-more.sql': `-- primary key\n${sql}` })
  expect(message).toContain('modules/stock/migrations/0002-more.sql:2')
  expect(message).toContain(problem)
})

test('SQL that names a table of the runtime is found', () => {
  const message = onlyMessage({
    'modules/shop/store.ts': 'export const read = (sql) => sql`select id from shop.pando_outbox`',
  })
  expect(message).toContain('SQL of "shop" names "pando_outbox", a table of the runtime')
})

test('SQL outside of the store is found', () => {
  const message = onlyMessage({
    'modules/stock/handlers/count.ts': 'export const count = ({ sql }) => sql`select id from stock.items`',
  })
  expect(message).toContain('modules/stock/handlers/count.ts:1')
  expect(message).toContain('All its SQL belongs in modules/stock/store.ts (or store/)')
})

test.each([
  'select * from stock.items',
  'select items.* from stock.items',
  'select id, items.* from stock.items',
  'update stock.items set id = 1 returning *',
])('SQL in a store that reads all columns is found: %s', (statement) => {
  const message = onlyMessage({
    'modules/stock/store.ts': `export const read = (sql) => sql\`\n${statement}\``,
  })
  expect(message).toContain('modules/stock/store.ts:2')
  expect(message).toContain('SQL of "stock" reads all columns')
})

test('SQL sent as text is found', () => {
  const message = onlyMessage({
    'modules/stock/store.ts': "export const count = (sql) => sql.unsafe('select 1')",
  })
  expect(message).toContain('"stock" calls unsafe()')
})

test.each(['modules/stock/contract.ts', 'cli/audit.ts', 'lab/load.ts', 'tests/support/clock.ts'])(
  'an import of %s by the runtime is found',
  (target) => {
    const message = onlyMessage({ 'runtime/run.ts': `import { x } from '#${target}'` })
    expect(message).toContain(
      `runtime/ imports ${target} from ${target.split('/')[0]}/. The runtime is independent of shops`,
    )
  },
)

test('an import of the runtime by shared values is found', () => {
  expect(onlyMessage({ 'shared/ids.ts': "import { run } from '#runtime/run.ts'" })).toContain(
    'shared/ imports runtime/run.ts from runtime/',
  )
})

test('an import of node:fs by shared values is found', () => {
  expect(onlyMessage({ 'shared/ids.ts': "import { readFile } from 'node:fs/promises'" })).toContain(
    'shared/ imports "node:fs/promises". It may only use node:crypto and typebox',
  )
})

test('an import of a tool by a module is found, even if its path has a detour', () => {
  expect(onlyMessage({ 'modules/shop/show.ts': "import { audit } from '#cli/../cli/audit.ts'" })).toContain(
    'A module does not depend on tools',
  )
})

test('an import of the sample by a module, and of a module by the sample, is found', () => {
  expect(onlyMessage({ 'modules/shop/show.ts': "import { draw } from '#sample/drawing/draw.ts'" })).toContain(
    'modules/ imports sample/drawing/draw.ts from sample/',
  )
  expect(onlyMessage({ 'sample/draw.ts': "import { stock } from '#modules/stock/contract.ts'" })).toContain(
    'The sample is data and the drawings of its pictures',
  )
})

test.each(['cli/audit.ts', 'lab/load.ts'])(
  'an import of an internal file of a module by %s is found',
  (tool) => {
    const message = onlyMessage({ [tool]: "import { count } from '#modules/stock/store.ts'" })
    expect(message).toContain(`${tool}:1`)
    expect(message).toContain('imports modules/stock/store.ts, which is internal to "stock"')
  },
)

test('a cycle of needs is found', () => {
  const message = onlyMessage({
    'modules/stock/needs.ts':
      "import { shop } from '#modules/shop/contract.ts'\nexport const needs = { shop }",
  })
  expect(message).toContain('The needs have a cycle: stock needs shop needs stock')
})

test.each([
  ['an import of a value', "import { stop } from './stop.ts'"],
  ['an import of a type', "import type { Stop } from './stop.ts'"],
  ['a re-export', "export { stop } from './stop.ts'"],
])('a cycle of imports with %s is found', (_, line) => {
  const message = onlyMessage({
    'runtime/call/start.ts': line,
    'runtime/call/stop.ts': "import { end } from './end.ts'",
    'runtime/call/end.ts': "import type { Start } from './start.ts'",
  })
  expect(message).toContain('runtime/call/end.ts:1')
  expect(message).toContain(
    'The imports have a cycle: runtime/call/start.ts imports runtime/call/stop.ts imports runtime/call/end.ts imports runtime/call/start.ts',
  )
})

test('an import from a higher layer of the runtime is found, even of a type', () => {
  const message = onlyMessage({
    'runtime/database/pool.ts': "import type { Call } from '../call/call.ts'",
    'runtime/call/call.ts': "import { Pool } from '#runtime/database/listen.ts'",
    'runtime/database/listen.ts': '',
  })
  expect(message).toContain('runtime/database/pool.ts:1 runtime/database/ imports runtime/call/call.ts')
  expect(message).toContain('let runtime/call/ implement it')
})

test('a folder of the runtime that is not a layer is found', () => {
  expect(onlyMessage({ 'runtime/queue/queue.ts': '' })).toContain(
    'runtime/queue/ is not one of the layers of the runtime',
  )
})

test('ARCHITECTURE.md lists the layers of the runtime as they are checked', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const listed = [...text.matchAll(/^\| `runtime\/(\w+)\/` \|/gm)].map(([, folder]) => folder)
  expect(listed.toReversed()).toEqual([...RUNTIME_LAYERS])
})

test.each([
  ['a comment', "// import { count } from '#modules/stock/store.ts'"],
  ['a string', 'const text = "context.calls.stock.count()"'],
  ['a template that is not SQL', 'const page = html`<p>Look at stock.items, select one</p>`'],
  ['a regular expression with a quote', "const slash = /'/.test(text) // it's `one`"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
  ['a template in a template', 'const nested = `a ${items.map((item) => `b ${item}`).join(`}`)} c`'],
])('%s that looks like a violation is not one', (_, line) => {
  expect(check({ 'modules/mail/send.ts': line })).toEqual([])
})
