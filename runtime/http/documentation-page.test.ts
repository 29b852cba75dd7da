import { expect, it } from 'vitest'
import { apiDocumentation, outline } from './documentation-page.ts'

it('apiDocumentation() shows text between backticks as escaped code', () => {
  const operation = {
    operationId: 'things.read',
    tags: ['things'],
    summary: 'Reads a thing that is `pending`, a < b.',
    description: '',
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string', description: 'Such as `<1>`' } },
    ],
    responses: { 200: { description: 'The thing, with `a` and `b`' } },
  }
  const page = String(
    apiDocumentation({
      info: { title: 'API', version: '1.0.0', description: 'Send `Idempotency-Key`' },
      servers: [{ url: '/api/v1' }],
      paths: { '/things/{id}': { get: operation } },
      components: { responses: {} },
    }),
  )
  expect(page).not.toContain('`')
  expect(page).toContain('that is <code>pending</code>, a &lt; b.')
  expect(page).toContain('<code>&lt;1&gt;</code>')
  expect(page).toContain('with <code>a</code> and <code>b</code>')
  expect(page).toContain('Send <code>Idempotency-Key</code>')
})

it('outline() shows limits and defaults', () => {
  const schema = {
    type: 'object',
    required: ['quantity'],
    properties: {
      quantity: { type: 'integer', minimum: 1, maximum: 999 },
      note: { type: 'string', maxLength: 200 },
      limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
      ids: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 5 },
    },
  }
  expect(outline(schema, 0)).toBe(`{
  quantity: integer, 1 to 999
  note?: string, 200 characters or fewer
  limit?: integer, 1 to 100, default 20
  ids?: [ string ], 1 to 5 items
}`)
})
