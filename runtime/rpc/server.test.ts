import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guest } from '../contract/caller.ts'
import { KnownPlacement } from '../topology/placement.ts'
import { type EchoProcess, echo, openEcho, SECRET } from './testing.ts'
import { TokenSigner } from './token-signer.ts'

const tokens = new TokenSigner(SECRET)
let said: string[]
let echoes: EchoProcess
let waiting: (() => void)[]
let placement: KnownPlacement

beforeEach(async () => {
  said = []
  waiting = []
  placement = new KnownPlacement({ version: 3, modules: {} })
  echoes = await openEcho(
    async ({ text }) => {
      said.push(text)
      if (text === 'wait')
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      if (text === 'bug') throw new Error('a mistake of ours')
      return { text }
    },
    { maxRunning: 2, placement },
  )
})
afterEach(async () => {
  release()
  await echoes.server.close({ graceMs: 1000 })
})

function release(): void {
  for (const each of waiting.splice(0)) each()
}

interface Post {
  subject?: string
  iss?: string
  token?: string
  headers?: Record<string, string>
}

async function post(path: string, body: string, { subject, iss = 'orders', token, headers }: Post = {}) {
  const aud = subject ?? path.slice('/rpc/'.length).replace('/', '.')
  // Not fetch(): it repeats by itself what is misdirected.
  const response = await request(echoes.origin + path, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? tokens.sign({ iss, aud, caller: guest }, body)}`,
      ...headers,
    },
  })
  const text = await response.body.text()
  return { status: response.statusCode, headers: response.headers, body: text && JSON.parse(text) }
}

const say = (text: string, options?: Post) => post('/rpc/echo/say', JSON.stringify({ text }), options)

async function get(path: string, subject?: string): Promise<Response> {
  const headers = subject
    ? { authorization: `Bearer ${tokens.sign({ iss: 'cli', aud: subject, caller: guest }, '')}` }
    : {}
  return fetch(echoes.origin + path, { headers })
}

describe('a call', () => {
  it('is answered with the output of the method', async () => {
    expect(await say('hello')).toMatchObject({ status: 200, body: { text: 'hello' } })
  })

  it('is refused, logged and not executed when its token does not count', async () => {
    const used = tokens.sign({ iss: 'orders', aud: 'echo.say', caller: guest }, '{"text":"once"}')
    expect(await say('once', { token: used })).toMatchObject({ status: 200 })
    const other = new TokenSigner('another secret').sign(
      { iss: 'orders', aud: 'echo.say', caller: guest },
      '{"text":"x"}',
    )
    for (const refused of [
      await say('once', { token: used }),
      await say('x', { token: other }),
      await say('x', { token: '' }),
      await say('x', { subject: 'echo.shout' }),
      await say('x', { headers: { authorization: 'Basic eDp5' } }),
      await post('/rpc/echo/say', '{"text":"x"}', {
        token: tokens.sign({ iss: 'orders', aud: 'echo.say', caller: guest }, '{"text":"y"}'),
      }),
    ]) {
      expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(refused.headers['www-authenticate']).toMatch('invalid_token')
    }
    expect(said).toEqual(['once'])
    const refusals = echoes.logged.filter((line) => line.startsWith('warn request refused'))
    expect(refusals).toHaveLength(6)
    expect(refusals[0]).toContain('it was used before')
    expect(refusals.join()).not.toContain(used.split('.')[2])
  })

  it('of the edge reaches what is public or identifies people, and nothing internal', async () => {
    expect(await say('hello', { iss: 'edge' })).toMatchObject({ status: 200 })
    expect(await post('/rpc/echo/recognise', '{"text":"a"}', { iss: 'edge' })).toMatchObject({ status: 200 })
    expect(await post('/rpc/echo/whisper', '{"text":"b"}', { iss: 'edge' })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    })
    expect(said).toEqual(['hello', 'a'])
    expect(echoes.logged.join()).toContain('warn call refused')
    expect(await post('/rpc/echo/whisper', '{"text":"b"}')).toMatchObject({ status: 200 })
  })

  it('of a module that is not here is misdirected, of a method that is not there not found', async () => {
    expect(await post('/rpc/till/charge', '{}')).toMatchObject({ status: 421, body: { code: 'MISDIRECTED' } })
    expect(await post('/rpc/echo/sing', '{}')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await post('/events/till', '{}', { subject: 'events:till' })).toMatchObject({ status: 421 })
  })

  it('ignores members of the input that it does not know', async () => {
    const newer = JSON.stringify({ text: 'hello', colour: 'red' })
    expect(await post('/rpc/echo/say', newer)).toMatchObject({ status: 200, body: { text: 'hello' } })
  })

  it('names all that is wrong with an input', async () => {
    const wrong = JSON.stringify({ text: 7, colour: 'red' })
    expect(await post('/rpc/echo/say', wrong)).toMatchObject({
      status: 400,
      body: {
        code: 'INVALID_INPUT',
        fields: expect.arrayContaining([
          expect.objectContaining({ field: '/text' }),
          expect.objectContaining({ field: '/colour' }),
        ]),
      },
    })
    expect(await post('/rpc/echo/say', 'nope')).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_BODY' },
    })
    expect(await say('x', { headers: { 'pando-timeout-ms': 'soon' } })).toMatchObject({ status: 400 })
    expect(said).toEqual([])
  })

  it('is refused when it is larger than 8 MiB', async () => {
    expect(await say('x'.repeat(8 * 1024 * 1024))).toMatchObject({ status: 413 })
    expect(await say('x'.repeat(7 * 1024 * 1024))).toMatchObject({ status: 200 })
  })

  it('that hits a mistake of ours is INTERNAL with a trace id, and tells no details', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const answer = await say('bug', { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL', traceId } })
    expect(JSON.stringify(answer.body)).not.toContain('mistake')
  })

  it('gives up after the time that the caller waits', async () => {
    const answer = await say('wait', { headers: { 'pando-timeout-ms': '50' } })
    expect(answer).toMatchObject({ status: 504, body: { code: 'DEADLINE_EXCEEDED' } })
  })

  it('is shed before it began when too many run', async () => {
    const running = [say('wait'), say('wait')]
    await expect.poll(() => said).toHaveLength(2)
    const shed = await say('third')
    expect(shed).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } })
    expect(shed.headers['retry-after']).toBe('1')
    expect(said).not.toContain('third')
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toContain('pando_requests_running 2')
    release()
    await Promise.all(running)
    expect(await say('fourth')).toMatchObject({ status: 200 })
  })
})

describe('the internal port', () => {
  it('serves nothing else', async () => {
    for (const path of ['/', '/api/v1/products', '/rpc/echo/say', '/rpc/echo', '/health', '/admin'])
      expect((await get(path)).status).toBe(404)
    expect(await post('/rpc/echo/say/more', '{}')).toMatchObject({ status: 404 })
  })

  it('tells anybody whether it is well, and counts', async () => {
    await say('hello')
    await say('bug')
    expect((await get('/health/live')).status).toBe(200)
    expect((await get('/health/ready')).status).toBe(200)
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toContain('pando_requests_total{method="echo.say",outcome="ok"} 1')
    expect(metrics).toContain('pando_requests_total{method="echo.say",outcome="INTERNAL"} 1')
    expect(metrics).toContain('pando_request_duration_seconds_count{method="echo.say"} 2')
    expect(metrics).toMatch(/pando_request_duration_seconds_bucket\{method="echo.say",le="10"\} 2/)
    expect(metrics).toMatch(/process_resident_memory_bytes \d+/)
  })

  it('does not count what strangers make up by its name', async () => {
    await post('/rpc/made/up', '{}', { token: 'x' })
    const metrics = await (await get('/metrics')).text()
    expect(metrics).not.toContain('made.up')
    expect(metrics).toContain('method="unknown",outcome="UNAUTHENTICATED"')
  })

  it('tells its status to those who have the key', async () => {
    await say('hello')
    expect((await get('/status')).status).toBe(401)
    expect(await (await get('/status', 'status')).json()).toMatchObject({
      process: 'echo',
      replica: 0,
      pid: process.pid,
      modules: { echo: { contract: echo.version } },
      requests: { total: 1, failed: 0, running: 0 },
      placement: 3,
      ready: true,
    })
  })

  it('takes newer placements from those who have the key, other than the edge', async () => {
    const body = (version: number, origin = 'http://127.0.0.1:4110') =>
      JSON.stringify({ version, modules: { payments: [origin] } })
    const place = (text: string, options: Post = {}) =>
      post('/placement', text, { subject: 'placement', ...options })
    expect(await place(body(3))).toMatchObject({ status: 204 })
    expect(await place(body(4), { iss: 'edge' })).toMatchObject({ status: 403 })
    expect(await place(body(4), { token: 'x' })).toMatchObject({ status: 401 })
    expect(await place(body(4, 'ftp://x'))).toMatchObject({ status: 400 })
    expect(await place('nope')).toMatchObject({ status: 400 })
    expect(placement.version).toBe(3)
    expect(await place(body(4))).toMatchObject({ status: 204 })
    expect(placement.locate('payments')).toEqual(['http://127.0.0.1:4110'])
  })

  it('streams which of its modules committed', async () => {
    expect((await get('/versions')).status).toBe(401)
    const response = await get('/versions', 'versions')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('[]\n')
    echoes.versions.committed('elsewhere')
    echoes.versions.committed('echo')
    expect((await reader.read()).value).toBe('["echo"]\n')
    echoes.versions.committed('echo')
    expect((await reader.read()).value).toBe('["echo"]\n')
    await reader.cancel()
  })

  it('closes when what runs has been answered, and takes nothing new meanwhile', async () => {
    const running = say('wait')
    await expect.poll(() => said).toHaveLength(1)
    const closed = echoes.server.close()
    await expect(say('late')).rejects.toThrow()
    release()
    expect(await running).toMatchObject({ status: 200, body: { text: 'wait' } })
    await closed
    expect(said).toEqual(['wait'])
  })
})
