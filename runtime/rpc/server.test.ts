import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { guest } from '../contract/caller.ts'
import { KnownPlacement } from '../topology/placement.ts'
import { type EchoProcess, echo, openEcho, SECRET } from './testing.ts'
import { TokenSigner } from './token-signer.ts'

const signer = new TokenSigner(SECRET)
let received: string[]
let echoProcess: EchoProcess
let waiting: (() => void)[]
let placement: KnownPlacement

beforeEach(async () => {
  received = []
  waiting = []
  placement = new KnownPlacement({ version: 3, modules: {} })
  echoProcess = await openEcho(
    async ({ text }) => {
      received.push(text)
      if (text === 'wait')
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
        })
      if (text === 'bug') throw new Error('secret detail')
      return { text }
    },
    { maxRunning: 2, placement },
  )
})
afterEach(async () => {
  release()
  await echoProcess.server.close({ graceMs: 1000 })
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
  // Not fetch(): it retries status 421 by itself.
  const response = await request(echoProcess.origin + path, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? signer.sign({ iss, aud, caller: guest }, body)}`,
      ...headers,
    },
  })
  const text = await response.body.text()
  return { status: response.statusCode, headers: response.headers, body: text && JSON.parse(text) }
}

const callSay = (text: string, options?: Post) => post('/rpc/echo/say', JSON.stringify({ text }), options)

async function get(path: string, subject?: string): Promise<Response> {
  const headers = subject
    ? { authorization: `Bearer ${signer.sign({ iss: 'cli', aud: subject, caller: guest }, '')}` }
    : {}
  return fetch(echoProcess.origin + path, { headers })
}

describe('a call', () => {
  it('returns the output of the method', async () => {
    expect(await callSay('hello')).toMatchObject({ status: 200, body: { text: 'hello' } })
  })

  it('is refused, logged and not executed when its token is not valid', async () => {
    const used = signer.sign({ iss: 'orders', aud: 'echo.say', caller: guest }, '{"text":"once"}')
    expect(await callSay('once', { token: used })).toMatchObject({ status: 200 })
    const otherSecret = new TokenSigner('another secret').sign(
      { iss: 'orders', aud: 'echo.say', caller: guest },
      '{"text":"x"}',
    )
    for (const refused of [
      await callSay('once', { token: used }),
      await callSay('x', { token: otherSecret }),
      await callSay('x', { token: '' }),
      await callSay('x', { subject: 'echo.shout' }),
      await callSay('x', { headers: { authorization: 'Basic eDp5' } }),
      await post('/rpc/echo/say', '{"text":"x"}', {
        token: signer.sign({ iss: 'orders', aud: 'echo.say', caller: guest }, '{"text":"y"}'),
      }),
    ]) {
      expect(refused).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(refused.headers['www-authenticate']).toMatch('invalid_token')
    }
    expect(received).toEqual(['once'])
    const refusals = echoProcess.logged.filter((line) => line.startsWith('warn request refused'))
    expect(refusals).toHaveLength(6)
    expect(refusals[0]).toContain('it was used before')
    expect(refusals.join()).not.toContain(used.split('.')[2])
  })

  it('of the edge reaches public and identifying methods, but no internal ones', async () => {
    expect(await callSay('hello', { iss: 'edge' })).toMatchObject({ status: 200 })
    expect(await post('/rpc/echo/recognise', '{"text":"a"}', { iss: 'edge' })).toMatchObject({ status: 200 })
    expect(await post('/rpc/echo/whisper', '{"text":"b"}', { iss: 'edge' })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    })
    expect(received).toEqual(['hello', 'a'])
    expect(echoProcess.logged.join()).toContain('warn call refused')
    expect(await post('/rpc/echo/whisper', '{"text":"b"}')).toMatchObject({ status: 200 })
  })

  it('is MISDIRECTED for a module of another process, and NOT_FOUND for an unknown method', async () => {
    expect(await post('/rpc/till/charge', '{}')).toMatchObject({ status: 421, body: { code: 'MISDIRECTED' } })
    expect(await post('/rpc/echo/sing', '{}')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect(await post('/events/till', '{}', { subject: 'events:till' })).toMatchObject({ status: 421 })
  })

  it('ignores unknown members of the input', async () => {
    const newer = JSON.stringify({ text: 'hello', colour: 'red' })
    expect(await post('/rpc/echo/say', newer)).toMatchObject({ status: 200, body: { text: 'hello' } })
  })

  it('is refused with all mistakes of its input; in an invalid input these include unknown members', async () => {
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
    expect(received).toEqual([])
  })

  it('is refused when its body or its timeout cannot be read', async () => {
    expect(await post('/rpc/echo/say', 'nope')).toMatchObject({
      status: 400,
      body: { code: 'MALFORMED_BODY' },
    })
    expect(await callSay('x', { headers: { 'pando-timeout-ms': 'soon' } })).toMatchObject({ status: 400 })
    expect(received).toEqual([])
  })

  it('is refused when it is larger than 8 MiB', async () => {
    expect(await callSay('x'.repeat(8 * 1024 * 1024))).toMatchObject({ status: 413 })
    expect(await callSay('x'.repeat(7 * 1024 * 1024))).toMatchObject({ status: 200 })
  })

  it('is INTERNAL with a trace id and without details after a bug', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const answer = await callSay('bug', { headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } })
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL', traceId } })
    expect(JSON.stringify(answer.body)).not.toContain('secret detail')
  })

  it('ends after the timeout of the caller', async () => {
    const answer = await callSay('wait', { headers: { 'pando-timeout-ms': '50' } })
    expect(answer).toMatchObject({ status: 504, body: { code: 'DEADLINE_EXCEEDED' } })
  })

  it('is refused without being executed when too many run', async () => {
    const running = [callSay('wait'), callSay('wait')]
    await expect.poll(() => received).toHaveLength(2)
    const shed = await callSay('third')
    expect(shed).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } })
    expect(shed.headers['retry-after']).toBe('1')
    expect(received).not.toContain('third')
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toContain('pando_requests_running 2')
    release()
    await Promise.all(running)
    expect(await callSay('fourth')).toMatchObject({ status: 200 })
  })
})

describe('the internal port', () => {
  it('serves no other paths', async () => {
    for (const path of ['/', '/api/v1/products', '/rpc/echo/say', '/rpc/echo', '/health', '/admin'])
      expect((await get(path)).status).toBe(404)
    expect(await post('/rpc/echo/say/more', '{}')).toMatchObject({ status: 404 })
  })

  it('serves health and metrics without a token', async () => {
    await callSay('hello')
    await callSay('bug')
    expect((await get('/health/live')).status).toBe(200)
    expect((await get('/health/ready')).status).toBe(200)
    const metrics = await (await get('/metrics')).text()
    expect(metrics).toContain('pando_requests_total{method="echo.say",outcome="ok"} 1')
    expect(metrics).toContain('pando_requests_total{method="echo.say",outcome="INTERNAL"} 1')
    expect(metrics).toContain('pando_request_duration_seconds_count{method="echo.say"} 2')
    expect(metrics).toMatch(/pando_request_duration_seconds_bucket\{method="echo.say",le="10"\} 2/)
    expect(metrics).toMatch(/process_resident_memory_bytes \d+/)
  })

  it('counts unknown methods under one name', async () => {
    await post('/rpc/made/up', '{}', { token: 'x' })
    const metrics = await (await get('/metrics')).text()
    expect(metrics).not.toContain('made.up')
    expect(metrics).toContain('method="unknown",outcome="UNAUTHENTICATED"')
  })

  it('serves its status only with a token', async () => {
    await callSay('hello')
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

  it('accepts a placement that is newer and valid, with a token that is not from the edge', async () => {
    const body = (version: number, origin = 'http://127.0.0.1:4110') =>
      JSON.stringify({ version, modules: { payments: [origin] } })
    const sendPlacement = (text: string, options: Post = {}) =>
      post('/placement', text, { subject: 'placement', ...options })
    expect(await sendPlacement(body(3))).toMatchObject({ status: 204 })
    expect(await sendPlacement(body(4), { iss: 'edge' })).toMatchObject({ status: 403 })
    expect(await sendPlacement(body(4), { token: 'x' })).toMatchObject({ status: 401 })
    expect(await sendPlacement(body(4, 'ftp://x'))).toMatchObject({ status: 400 })
    expect(await sendPlacement('nope')).toMatchObject({ status: 400 })
    expect(placement.version).toBe(3)
    expect(await sendPlacement(body(4))).toMatchObject({ status: 204 })
    expect(placement.locate('payments')).toEqual(['http://127.0.0.1:4110'])
  })

  it('streams the names of its modules that commit', async () => {
    expect((await get('/versions')).status).toBe(401)
    const response = await get('/versions', 'versions')
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe('[]\n')
    echoProcess.versions.committed('elsewhere')
    echoProcess.versions.committed('echo')
    expect((await reader.read()).value).toBe('["echo"]\n')
    echoProcess.versions.committed('echo')
    expect((await reader.read()).value).toBe('["echo"]\n')
    await reader.cancel()
  })

  it('closes after its running requests, and accepts no new ones meanwhile', async () => {
    const running = callSay('wait')
    await expect.poll(() => received).toHaveLength(1)
    const closed = echoProcess.server.close()
    await expect(callSay('late')).rejects.toThrow()
    release()
    expect(await running).toMatchObject({ status: 200, body: { text: 'wait' } })
    await closed
    expect(received).toEqual(['wait'])
  })
})
