import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { addCompression } from './compression.ts'

const TEXT = 'the same again, '.repeat(500)

function serve(type: string, body: string | Buffer) {
  const app = Fastify()
  addCompression(app)
  app.all('/', (_request, reply) => reply.type(type).send(body))
  return app
}

async function encodingOf(type: string, body: string | Buffer, method: 'GET' | 'HEAD' | 'POST' = 'GET') {
  const response = await serve(type, body).inject({ method, url: '/', headers: { 'accept-encoding': 'br' } })
  return response.headers['content-encoding']
}

it('compresses text in responses to GET', async () => {
  for (const type of [
    'text/html',
    'text/css',
    'application/json',
    'application/problem+json',
    'image/svg+xml',
  ])
    expect(await encodingOf(type, TEXT)).toBe('br')
})

it('does not compress short bodies, binary bodies and responses to POST', async () => {
  expect(await encodingOf('text/html', 'short')).toBeUndefined()
  expect(await encodingOf('image/png', Buffer.from(TEXT))).toBeUndefined()
  expect(await encodingOf('application/octet-stream', Buffer.from(TEXT))).toBeUndefined()
  expect(await encodingOf('text/html', TEXT, 'POST')).toBeUndefined()
})

it('compresses a buffer only once', async () => {
  const body = Buffer.from(TEXT)
  const app = serve('text/html', body)
  const get = async () => {
    const response = await app.inject({ url: '/', headers: { 'accept-encoding': 'gzip' } })
    return gunzipSync(response.rawPayload).toString()
  }
  expect(await get()).toBe(TEXT)
  body.fill('x')
  expect(await get()).toBe(TEXT)
})

it('accepts a content coding in upper case', async () => {
  const { headers } = await serve('text/html', TEXT).inject({
    url: '/',
    headers: { 'accept-encoding': 'GZIP' },
  })
  expect(headers['content-encoding']).toBe('gzip')
})
