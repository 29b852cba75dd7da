import { readFileSync } from 'node:fs'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { contract, query } from '#runtime/contract/contract.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { Strict } from '#shared/object.ts'
import { apiPage } from '../../scripts/docs/api-page.ts'
import { describeSchema } from '../../scripts/docs/describe-schema.ts'
import { findStale, generateDocuments } from '../../scripts/docs/generate.ts'
import { withRelocationSteps } from '../../scripts/docs/relocation-steps.ts'
import { samplePictures } from '../../scripts/docs/sample-pictures.ts'

const documents = await generateDocuments()
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the generated documents are up to date', async () => {
  expect(findStale(documents, read)).toEqual([])
})

test('a changed document and a missing one are stale', async () => {
  const readModified = (path: string) => {
    if (path === 'docs/settings.md') return undefined
    return path === 'docs/modules.md' ? `${documents.get(path)}\nand more` : documents.get(path)
  }
  expect(findStale(documents, readModified)).toEqual(['docs/modules.md', 'docs/settings.md'])
})

const catalogue = (...rows: string[]) => ['Handle,Image Src,Image Alt Text', ...rows].join('\n')

test('a changed picture of the sample, a missing one, and one that no product shows are stale', () => {
  const drawn = samplePictures(
    catalogue('mug,sample:mug-oat.svg,"A mug, in oat"', 'mug,sample:mug-moss.svg,"A mug, in moss"', 'mug,,'),
    ['mug-oat.svg', 'gone.svg'],
  )
  expect([...drawn.keys()].toSorted()).toEqual(['gone.svg', 'mug-moss.svg', 'mug-oat.svg'])
  const readPlanted = (file: string) => (file === 'mug-moss.svg' ? undefined : '<svg/>')
  expect(findStale(drawn, readPlanted).toSorted()).toEqual(['gone.svg', 'mug-moss.svg', 'mug-oat.svg'])
  expect(findStale(drawn, (file) => drawn.get(file))).toEqual([])
})

test('a sample with a picture from elsewhere is refused', () => {
  const elsewhere = catalogue('mug,sample:../mug.svg,A mug')
  expect(() => samplePictures(elsewhere, [])).toThrow('Cannot draw "sample:../mug.svg"')
})

test('every route of the contracts is in the pages of the API', async () => {
  const { paths } = JSON.parse(documents.get('docs/api/openapi.json')!) as { paths: Record<string, object> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `### ${method.toUpperCase()} ${path}`),
  )
  expect(routes.length).toBeGreaterThan(20)
  const headings = documents.get('docs/api/README.md')!.match(/^### .*/gm)
  expect(headings?.toSorted()).toEqual(routes.toSorted())
})

test('the pages of the API say what null means for stock, and what a payment provider sends', async () => {
  const page = documents.get('docs/api/README.md')!
  const section = (route: string) => page.split('### ').find((each) => each.startsWith(`${route}\n`))!
  const stock = section('PUT /admin/stock/{variantId}')
  expect(stock).toMatch(/`quantity` \| body \|.*null: the stock of this variant is not tracked/)
  expect(stock).toMatch(/- `available`: .*null: the stock of this variant is not tracked/)
  const webhook = section('POST /payments/webhooks/{provider}')
  expect(webhook).not.toContain('rawBody')
  expect(webhook).toMatch(/\| the whole body \| body \|.*unchanged bytes/)
  expect(webhook).toMatch(/\| headers \| header \|.*pando-test-signature/)
  const { paths } = JSON.parse(documents.get('docs/api/openapi.json')!)
  const { requestBody } = paths['/payments/webhooks/{provider}'].post
  expect(requestBody).toMatchObject({ required: true, content: { '*/*': {} } })
  expect(requestBody.description).toMatch(/unchanged bytes.*pando-test-signature/)
})

test('the pages of the API describe two nullable members of one name, each with its path', () => {
  const nullable = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description })
  const kiosk = contract('kiosk', {
    version: '1.0.0',
    summary: 'Sells papers',
    methods: {
      countPapers: query({
        summary: 'Counts the papers.',
        input: Strict({}),
        output: Strict({
          left: nullable('null: not counted'),
          items: Type.Array(Strict({ left: nullable('null: sold out') })),
        }),
        access: 'public',
        rest: { method: 'GET', path: '/papers' },
      }),
    },
  })
  const page = apiPage([{ contract: kiosk } as unknown as ModuleDefinition])
  expect(page).toContain('- `left`: null: not counted\n- `items.left`: null: sold out\n')
})

test.each([
  [{ type: 'string', minLength: 1, maxLength: 255 }, 'string (1 to 255 characters)'],
  [{ type: 'integer', minimum: 1 }, 'integer (at least 1)'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
  [{ anyOf: [{ const: 'a' }, { const: 'b' }] }, '"a" or "b"'],
  [
    {
      type: 'array',
      items: { type: 'object', properties: { id: {}, note: {} }, required: ['id'] },
      maxItems: 100,
    },
    'list of { id, note? } (at most 100 of them)',
  ],
])('describeSchema() describes %j', (schema, description) => {
  expect(describeSchema(schema)).toBe(description)
})

test('withRelocationSteps() replaces a changed table of steps, and refuses a page without the markers of the table', async () => {
  const page = read('docs/split-and-merge.md')
  expect(withRelocationSteps(page.replace('| seal |', '| sail |'))).toBe(page)
  expect(() => withRelocationSteps(page.replaceAll('<!-- /steps -->', ''))).toThrow('it needs the lines')
})
