import { expect, it } from 'vitest'
import { apiDocumentation } from './documentation-page.ts'

it('apiDocumentation() shows what stands between backticks as code, escaped as everything', () => {
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
    }),
  )
  expect(page).not.toContain('`')
  expect(page).toContain('that is <code>pending</code>, a &lt; b.')
  expect(page).toContain('<code>&lt;1&gt;</code>')
  expect(page).toContain('with <code>a</code> and <code>b</code>')
  expect(page).toContain('Send <code>Idempotency-Key</code>')
})
