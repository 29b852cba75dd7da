import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { system } from '../contract/caller.ts'
import { Failure, runtimeFailure } from '../contract/failure.ts'
import { createEchoClient, openEcho, openRawServer, recordingLog, SECRET } from './testing.ts'
import { VersionsReader } from './versions-reader.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function serve(...args: Parameters<typeof openEcho>) {
  const process = await openEcho(...args)
  closers.push(() => process.server.close({ graceMs: 100 }))
  return process
}
async function serveRaw(...args: Parameters<typeof openRawServer>) {
  const server = await openRawServer(...args)
  closers.push(server.close)
  return server
}
function openClient(...args: Parameters<typeof createEchoClient>) {
  const client = createEchoClient(...args)
  closers.push(client.close)
  return client
}
/** An origin without a server. */
async function deadOrigin(): Promise<string> {
  const server = await openRawServer(() => {})
  await server.close()
  return server.origin
}
const respondWith =
  (status: number, body: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const upperCase = async ({ text }: { text: string }) => ({ text: text.toUpperCase() })

// Of the echo module, `say` is a query, `shout` a command, `whisper` an internal command.
describe('a remote call', () => {
  it('sends the caller, the key, the trace id and the remaining time', async () => {
    const seen: { caller: unknown; key?: string | undefined; traceId: string; deadline: number }[] = []
    const { origin } = await serve(async ({ text }, { caller, key, traceId, deadline }) => {
      seen.push({ caller, key, traceId, deadline: deadline - Date.now() })
      return { text }
    })
    const customer = { kind: 'customer', customerId: 'cus_1', sessionId: 'ses_1' } as const
    // A query, because a command with a key needs a database, which this module does not have.
    await openClient(() => [origin])
      .as(customer)
      .say({ text: 'a' }, { key: 'k1', timeoutMs: 500 })
    expect(seen).toEqual([
      {
        caller: customer,
        key: 'k1',
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        deadline: expect.any(Number),
      },
    ])
    expect(seen[0]!.deadline).toBeGreaterThan(100)
    expect(seen[0]!.deadline).toBeLessThanOrEqual(500)
  })

  it('is refused before it is sent when its input is wrong', async () => {
    const { origin, server } = await serve(upperCase)
    await expect(openClient(() => [origin]).calls.say({ text: 7 } as never)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(server.metrics.total).toBe(0)
  })

  it('throws a declared failure with its data', async () => {
    const { origin } = await serve(async () => {
      throw new Failure('HOARSE', 409, 'Cannot speak', { data: { days: 3 } })
    })
    await expect(openClient(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      name: 'Failure',
      code: 'HOARSE',
      status: 409,
      message: 'Cannot speak',
      data: { days: 3 },
    })
  })

  it('ends at its deadline when the callee does not answer', async () => {
    const { origin } = await serveRaw(() => {})
    const began = Date.now()
    const call = openClient(() => [origin]).calls.say({ text: 'a' }, { timeoutMs: 150 })
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', status: 504 })
    expect(Date.now() - began).toBeLessThan(1500)
  })

  it('removes members of an answer that its contract does not know', async () => {
    const { origin } = await serveRaw(respondWith(200, { text: 'a', colour: 'red' }))
    expect(await openClient(() => [origin]).calls.say({ text: 'a' })).toEqual({ text: 'a' })
  })

  it.each([
    ['an answer that breaks the contract', 200, { txt: 'a' }],
    ['an undeclared failure', 409, { code: 'SURPRISE', detail: 'no' }],
  ])('throws INTERNAL with a trace id for %s', async (_name, status, body) => {
    const { origin } = await serveRaw(respondWith(status, body))
    const { calls, logged } = openClient(() => [origin])
    await expect(calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'INTERNAL',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(logged.join()).toContain('error an answer breaks its contract')
  })

  it('from the edge is refused for an internal method', async () => {
    const { origin } = await serve(upperCase)
    await expect(
      openClient(() => [origin], { from: 'edge' }).calls.whisper({ text: 'a' }),
    ).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await openClient(() => [origin], { from: 'orders' }).calls.whisper({ text: 'a' })).toEqual({
      text: 'A',
    })
  })

  it('is UNAVAILABLE when the callee has another secret, and the log gives the reason', async () => {
    const { origin } = await serve(upperCase, { secret: 'another secret' })
    const { calls, logged } = openClient(() => [origin])
    await expect(calls.say({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(logged.join()).toContain('PANDO_SECRET')
  })

  it('is UNAVAILABLE when the location of the module is unknown', async () => {
    await expect(openClient(() => []).calls.say({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})

describe('retries', () => {
  const overloaded = (response: ServerResponse) =>
    response.writeHead(503).end(JSON.stringify({ code: 'OVERLOADED', detail: 'later' }))

  it('repeat a query whose connection broke, each time with a new token', async () => {
    const tokens = new Set<string>()
    const { origin } = await serveRaw((request, response) => {
      tokens.add(request.headers.authorization!)
      if (tokens.size < 3) request.socket.destroy()
      else response.end('{"text":"third"}')
    })
    expect(await openClient(() => [origin]).calls.say({ text: 'a' })).toEqual({ text: 'third' })
    expect(tokens.size).toBe(3)
  })

  it("go to the caller's own process once the module has moved into it", async () => {
    const own = await serve(upperCase)
    const hanging = await serveRaw(() => {})
    const client = createEchoClient(() => [hanging.origin, own.origin], { ownOrigin: own.origin })
    closers.push(client.close)
    for (let calls = 0; calls < 4; calls++)
      expect(await client.calls.shout({ text: 'a' })).toEqual({ text: 'A' })
  })

  it('do not repeat a command without a key that may have been executed', async () => {
    let count = 0
    const { origin } = await serveRaw((request) => {
      count++
      request.socket.destroy()
    })
    const call = openClient(() => [origin]).calls.shout({ text: 'a' })
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503, retryAfterSeconds: 1 })
    await expect(call).rejects.toThrow('may have been executed')
    expect(count).toBe(1)
  })

  it('repeat a command with a key', async () => {
    let count = 0
    const { origin } = await serveRaw((request, response) => {
      if (++count < 2) request.socket.destroy()
      else response.end('{"text":"second"}')
    })
    expect(
      await openClient(() => [origin])
        .as(system('test'))
        .shout({ text: 'a' }, { key: 'k' }),
    ).toEqual({ text: 'second' })
  })

  it.each(['OVERLOADED', 'MISDIRECTED'])('repeat a command that was not executed: %s', async (code) => {
    let count = 0
    const { origin } = await serveRaw((_request, response) => {
      if (++count < 3) response.writeHead(503).end(JSON.stringify({ code, detail: 'later' }))
      else response.end('{"text":"third"}')
    })
    expect(await openClient(() => [origin]).calls.shout({ text: 'a' })).toEqual({ text: 'third' })
  })

  it('end after five attempts with UNAVAILABLE, not OVERLOADED: OVERLOADED would mean that the calling method was not executed, and it was', async () => {
    let count = 0
    const { origin } = await serveRaw((_request, response) => {
      count++
      overloaded(response)
    })
    await expect(openClient(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(count).toBe(5)
  })

  it('end at the deadline', async () => {
    let count = 0
    const { origin } = await serveRaw((_request, response) => {
      count++
      overloaded(response)
    })
    const call = openClient(() => [origin]).calls.say({ text: 'a' }, { timeoutMs: 30 })
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DEADLINE_EXCEEDED/) })
    expect(count).toBeLessThan(4)
  })

  it('are not made for a failure of a third module: the callee has retried already', async () => {
    let count = 0
    const { origin } = await serve(async () => {
      count++
      throw runtimeFailure('UNAVAILABLE', 'the third module is down', { relayed: true })
    })
    await expect(openClient(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(count).toBe(1)
  })
})

describe('replicas', () => {
  it('that all answer get the same number of calls', async () => {
    const counts = [0, 0, 0]
    const origins: string[] = []
    for (const i of counts.keys()) {
      const { origin } = await serve(async ({ text }) => {
        counts[i]!++
        return { text }
      })
      origins.push(origin)
    }
    const { calls } = openClient(() => origins)
    for (let i = 0; i < 30; i++) await calls.say({ text: 'a' })
    expect(counts).toEqual([10, 10, 10])
  })

  it('that are dead get few calls, and callers see no failures', async () => {
    const { origin } = await serve(upperCase)
    const origins = [await deadOrigin(), origin, await deadOrigin()]
    const { calls, logged } = openClient(() => origins)
    const answers = await Promise.all(Array.from({ length: 60 }, () => calls.shout({ text: 'a' })))
    expect(answers).toEqual(Array.from({ length: 60 }, () => ({ text: 'A' })))
    const before = logged.length
    for (let i = 0; i < 20; i++) await calls.shout({ text: 'a' })
    // A dead replica is tried again after each back-off, and every failed attempt is logged.
    expect(logged.length - before).toBeLessThanOrEqual(4)
  })

  it('may change at any time', async () => {
    const first = await serve(async () => ({ text: 'first' }))
    const second = await serve(async () => ({ text: 'second' }))
    let origins = [first.origin]
    const { calls } = openClient(() => origins)
    expect(await calls.say({ text: 'a' })).toEqual({ text: 'first' })
    origins = [second.origin]
    expect(await calls.say({ text: 'a' })).toEqual({ text: 'second' })
  })
})

describe('a process that hangs', () => {
  it('makes calls fail long before their deadline and later calls immediately, and calls succeed again once it answers', async () => {
    let hangs = true
    const { origin } = await serveRaw((_request, response) => {
      if (!hangs) response.end('{"text":"recovered"}')
    })
    const { calls } = openClient(() => [origin])
    const timed = async () => {
      const began = Date.now()
      await expect(calls.say({ text: 'a' }, { timeoutMs: 30_000 })).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryAfterSeconds: 1,
      })
      return Date.now() - began
    }
    expect(await timed()).toBeLessThan(5000)
    expect(await timed()).toBeLessThan(500)
    hangs = false
    await expect
      .poll(() => calls.say({ text: 'a' }).catch(() => undefined), { timeout: 5000 })
      .toEqual({ text: 'recovered' })
  }, 20_000)

  it('has its requests retried at another replica', async () => {
    const { origin } = await serve(upperCase)
    const hanging = await serveRaw(() => {})
    const { calls } = openClient(() => [hanging.origin, origin])
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => calls.say({ text: 'a' }, { timeoutMs: 30_000 })),
    )
    expect(answers).toEqual(Array.from({ length: 6 }, () => ({ text: 'A' })))
  }, 20_000)

  it('is distinguished from one that takes a long time to answer', async () => {
    const { origin } = await serve(async ({ text }) => {
      await new Promise((resolve) => setTimeout(resolve, 2500))
      return { text }
    })
    const call = openClient(() => [origin]).calls.shout({ text: 'late' }, { timeoutMs: 10_000 })
    expect(await call).toEqual({ text: 'late' })
  }, 20_000)
})

describe('a module that keeps failing', () => {
  it('gets no calls for a moment, then one trial call (half-open)', async () => {
    let isHealthy = false
    let count = 0
    const { origin } = await serveRaw((request, response) => {
      count++
      if (isHealthy) response.end('{"text":"healthy"}')
      else request.socket.destroy()
    })
    const { calls, logged } = openClient(() => [origin])
    for (let i = 0; i < 12; i++) await calls.shout({ text: 'a' }).catch(() => {})
    const before = count
    await expect(calls.shout({ text: 'a' })).rejects.toThrow('too many recent calls')
    expect(count).toBe(before)
    isHealthy = true
    await expect
      .poll(() => calls.say({ text: 'a' }).catch(() => undefined), { timeout: 5000 })
      .toEqual({
        text: 'healthy',
      })
    expect(logged.join()).toMatch(/breaker opened: too many calls.*breaker closed: calls/)
  })

  it('gets calls again even if the trial call never ends', async () => {
    let isHealthy = false
    const hangs = Promise.withResolvers<void>()
    const { origin } = await serveRaw((request, response, body) => {
      if (!isHealthy) request.socket.destroy()
      else if (body.includes('stuck')) hangs.resolve()
      else response.end('{"text":"healthy"}')
    })
    const { calls } = openClient(() => [origin])
    for (let i = 0; i < 12; i++) await calls.shout({ text: 'a' }).catch(() => {})
    isHealthy = true
    const codes: string[] = []
    while (codes.at(-1) !== 'DEADLINE_EXCEEDED') {
      const trial = calls.shout({ text: 'stuck' }, { timeoutMs: 3000 })
      const ended = trial.catch((error: Failure) => codes.push(error.code))
      const isRefused = await Promise.race([ended.then(() => true), hangs.promise.then(() => false)])
      if (isRefused) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      expect(await calls.say({ text: 'a' }, { timeoutMs: 1000 })).toEqual({ text: 'healthy' })
      await ended
    }
    expect(codes[0]).toBe('UNAVAILABLE')
  }, 20_000)

  it('has at most 512 calls running and waiting', async () => {
    let running = 0
    const { origin } = await serveRaw(() => {
      running++
    })
    const { calls } = openClient(() => [origin])
    const results = await Promise.all(
      Array.from({ length: 600 }, () =>
        calls.say({ text: 'a' }, { timeoutMs: 1500 }).catch((error: Failure) => error),
      ),
    )
    const messages = results.map((result) => (result as Failure).message)
    expect(messages.filter((message) => message.includes('too many calls'))).toHaveLength(600 - 512)
    expect(running).toBeLessThanOrEqual(256)
  })
})

describe('VersionsReader', () => {
  it('reports modules that commit, and all modules of a process when its stream opens, breaks and is reopened', async () => {
    const reported: string[][] = []
    let { origin, versions, server } = await serve(upperCase)
    const reader = new VersionsReader({
      secret: SECRET,
      modules: () => ['echo'],
      locate: () => [origin],
      changed: (modules) => void reported.push([...modules]),
      log: recordingLog().log,
    })
    closers.push(() => reader.stop())
    reader.start()
    await expect.poll(() => reported).toEqual([['echo']])
    // The process does not host the module "other".
    versions.committed('other')
    versions.committed('echo')
    await expect.poll(() => reported).toEqual([['echo'], ['echo']])
    const { port } = server
    await server.close({ graceMs: 0 })
    await expect.poll(() => reported.length).toBeGreaterThanOrEqual(3)
    const countAfterBreak = reported.length
    ;({ origin, versions, server } = await serve(upperCase, { port }))
    await expect.poll(() => reported.length, { timeout: 5000 }).toBeGreaterThan(countAfterBreak)
    // More reports than those for the break and the reopening, so some are for these commits.
    await expect
      .poll(() => {
        versions.committed('echo')
        return reported.length
      })
      .toBeGreaterThan(countAfterBreak + 3)
  })
})
