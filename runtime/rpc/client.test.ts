import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { system } from '../contract/caller.ts'
import { Failure, runtimeFailure } from '../contract/failure.ts'
import { callEcho, listeningLog, openEcho, openRaw, SECRET } from './testing.ts'
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
async function raw(...args: Parameters<typeof openRaw>) {
  const server = await openRaw(...args)
  closers.push(server.close)
  return server
}
function caller(locate: () => readonly string[], from?: string) {
  const client = callEcho(locate, from)
  closers.push(client.close)
  return client
}
/** An origin where nobody listens. */
async function deadOrigin(): Promise<string> {
  const server = await openRaw(() => {})
  await server.close()
  return server.origin
}
const answerWith = (status: number, body: unknown) => (_request: IncomingMessage, response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
const loud = async ({ text }: { text: string }) => ({ text: text.toUpperCase() })

describe('a remote call', () => {
  it('brings who asks, the key, the trace and what is left of the time', async () => {
    const seen: { caller: unknown; key?: string | undefined; traceId: string; deadline: number }[] = []
    const { origin } = await serve(async ({ text }, { caller, key, traceId, deadline }) => {
      seen.push({ caller, key, traceId, deadline: deadline - Date.now() })
      return { text }
    })
    const who = { kind: 'customer', customerId: 'cus_1', sessionId: 'ses_1' } as const
    // What has a key is looked up in a database, which this module has not; a query with one is not.
    await caller(() => [origin])
      .as(who)
      .say({ text: 'a' }, { key: 'k1', timeoutMs: 500 })
    expect(seen).toEqual([
      {
        caller: who,
        key: 'k1',
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        deadline: expect.any(Number),
      },
    ])
    expect(seen[0]!.deadline).toBeGreaterThan(100)
    expect(seen[0]!.deadline).toBeLessThanOrEqual(500)
  })

  it('is refused before it is sent when its input or its caller is wrong', async () => {
    const { origin, server } = await serve(loud)
    await expect(caller(() => [origin]).calls.say({ text: 7 } as never)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(server.metrics.total).toBe(0)
  })

  it('brings a declared failure with its data', async () => {
    const { origin } = await serve(async () => {
      throw new Failure('HOARSE', 409, 'Cannot speak', { data: { days: 3 } })
    })
    await expect(caller(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      name: 'Failure',
      code: 'HOARSE',
      status: 409,
      message: 'Cannot speak',
      data: { days: 3 },
    })
  })

  it('ends at its deadline, however silent the other side is', async () => {
    const { origin } = await raw(() => {})
    const began = Date.now()
    const call = caller(() => [origin]).calls.say({ text: 'a' }, { timeoutMs: 150 })
    await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', status: 504 })
    expect(Date.now() - began).toBeLessThan(1500)
  })

  it('leaves out of an answer what its contract does not know', async () => {
    const { origin } = await raw(answerWith(200, { text: 'a', colour: 'red' }))
    expect(await caller(() => [origin]).calls.say({ text: 'a' })).toEqual({ text: 'a' })
  })

  it.each([
    ['an answer that breaks the contract', 200, { txt: 'a' }],
    ['a failure that nobody declared', 409, { code: 'SURPRISE', detail: 'no' }],
  ])('makes INTERNAL with a trace id of %s', async (_what, status, body) => {
    const { origin } = await raw(answerWith(status, body))
    const { calls, logged } = caller(() => [origin])
    await expect(calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'INTERNAL',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(logged.join()).toContain('error an answer breaks its contract')
  })

  it('of the edge says so, and is refused where it must not go', async () => {
    const { origin } = await serve(loud)
    await expect(caller(() => [origin], 'edge').calls.whisper({ text: 'a' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(await caller(() => [origin], 'orders').calls.whisper({ text: 'a' })).toEqual({ text: 'A' })
  })

  it('is UNAVAILABLE when the other side has another key, and the log says why', async () => {
    const { origin } = await serve(loud, { secret: 'another secret' })
    const { calls, logged } = caller(() => [origin])
    await expect(calls.say({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(logged.join()).toContain('PANDO_SECRET')
  })

  it('is UNAVAILABLE when nothing says where the module is', async () => {
    await expect(caller(() => []).calls.say({ text: 'a' })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})

describe('tries', () => {
  const overloaded = (response: ServerResponse) =>
    response.writeHead(503).end(JSON.stringify({ code: 'OVERLOADED', detail: 'later' }))

  it('repeat a query whose connection broke, each with a token of its own', async () => {
    const tokens = new Set<string>()
    const { origin } = await raw((request, response) => {
      tokens.add(request.headers.authorization!)
      if (tokens.size < 3) request.socket.destroy()
      else response.end('{"text":"third"}')
    })
    expect(await caller(() => [origin]).calls.say({ text: 'a' })).toEqual({ text: 'third' })
    expect(tokens.size).toBe(3)
  })

  it('go to this process itself once the module has come here, whatever other replicas there are', async () => {
    const own = await serve(loud)
    const hanging = await raw(() => {})
    const client = callEcho(() => [hanging.origin, own.origin], undefined, { own: own.origin })
    closers.push(client.close)
    for (let calls = 0; calls < 4; calls++)
      expect(await client.calls.shout({ text: 'a' })).toEqual({ text: 'A' })
  })

  it('do not repeat a command without a key that may have been executed', async () => {
    let count = 0
    const { origin } = await raw((request) => {
      count++
      request.socket.destroy()
    })
    const call = caller(() => [origin]).calls.shout({ text: 'a' })
    await expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503, retryAfterSeconds: 1 })
    await expect(call).rejects.toThrow('may have been executed')
    expect(count).toBe(1)
  })

  it('repeat a command with a key', async () => {
    let count = 0
    const { origin } = await raw((request, response) => {
      if (++count < 2) request.socket.destroy()
      else response.end('{"text":"second"}')
    })
    expect(
      await caller(() => [origin])
        .as(system('test'))
        .shout({ text: 'a' }, { key: 'k' }),
    ).toEqual({ text: 'second' })
  })

  it.each(['OVERLOADED', 'MISDIRECTED'])('repeat everything that was not executed: %s', async (code) => {
    let count = 0
    const { origin } = await raw((_request, response) => {
      if (++count < 3) response.writeHead(503).end(JSON.stringify({ code, detail: 'later' }))
      else response.end('{"text":"third"}')
    })
    expect(await caller(() => [origin]).calls.shout({ text: 'a' })).toEqual({ text: 'third' })
  })

  it('end after five, as UNAVAILABLE: not OVERLOADED, because what asked has begun', async () => {
    let count = 0
    const { origin } = await raw((_request, response) => {
      count++
      overloaded(response)
    })
    await expect(caller(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(count).toBe(5)
  })

  it('do not go beyond the deadline', async () => {
    let count = 0
    const { origin } = await raw((_request, response) => {
      count++
      overloaded(response)
    })
    const call = caller(() => [origin]).calls.say({ text: 'a' }, { timeoutMs: 30 })
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/UNAVAILABLE|DEADLINE_EXCEEDED/) })
    expect(count).toBeLessThan(4)
  })

  it('are not made for what a third module could not do: it was tried there', async () => {
    let count = 0
    const { origin } = await serve(async () => {
      count++
      throw runtimeFailure('UNAVAILABLE', 'the third is away', { relayed: true })
    })
    await expect(caller(() => [origin]).calls.say({ text: 'a' })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(count).toBe(1)
  })
})

describe('replicas', () => {
  it('share the load', async () => {
    const counts = [0, 0, 0]
    const origins: string[] = []
    for (const i of counts.keys()) {
      const { origin } = await serve(async ({ text }) => {
        counts[i]!++
        return { text }
      })
      origins.push(origin)
    }
    const { calls } = caller(() => origins)
    for (let i = 0; i < 30; i++) await calls.say({ text: 'a' })
    expect(counts).toEqual([10, 10, 10])
  })

  it('that are dead are left out, and nobody notices', async () => {
    const { origin } = await serve(loud)
    const origins = [await deadOrigin(), origin, await deadOrigin()]
    const { calls, logged } = caller(() => origins)
    const answers = await Promise.all(Array.from({ length: 60 }, () => calls.shout({ text: 'a' })))
    expect(answers).toEqual(Array.from({ length: 60 }, () => ({ text: 'A' })))
    const before = logged.length
    for (let i = 0; i < 20; i++) await calls.shout({ text: 'a' })
    expect(logged.length - before).toBeLessThanOrEqual(4)
  })

  it('may change at any time', async () => {
    const first = await serve(async () => ({ text: 'first' }))
    const second = await serve(async () => ({ text: 'second' }))
    let origins = [first.origin]
    const { calls } = caller(() => origins)
    expect(await calls.say({ text: 'a' })).toEqual({ text: 'first' })
    origins = [second.origin]
    expect(await calls.say({ text: 'a' })).toEqual({ text: 'second' })
  })
})

describe('a process that hangs', () => {
  it('is given up long before the deadline, left alone at once from then on, and back as soon as it answers', async () => {
    let hangs = true
    const { origin } = await raw((_request, response) => {
      if (!hangs) response.end('{"text":"back"}')
    })
    const { calls } = caller(() => [origin])
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
      .toEqual({ text: 'back' })
  }, 20_000)

  it('loses its requests to another replica', async () => {
    const { origin } = await serve(loud)
    const hanging = await raw(() => {})
    const { calls } = caller(() => [hanging.origin, origin])
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => calls.say({ text: 'a' }, { timeoutMs: 30_000 })),
    )
    expect(answers).toEqual(Array.from({ length: 6 }, () => ({ text: 'A' })))
  }, 20_000)

  it('is not confused with one that works long', async () => {
    const { origin } = await serve(async ({ text }) => {
      await new Promise((resolve) => setTimeout(resolve, 2500))
      return { text }
    })
    const call = caller(() => [origin]).calls.shout({ text: 'late' }, { timeoutMs: 10_000 })
    expect(await call).toEqual({ text: 'late' })
  }, 20_000)
})

describe('a module that fails again and again', () => {
  it('is left alone for a moment, and asked again then', async () => {
    let isWell = false
    let count = 0
    const { origin } = await raw((request, response) => {
      count++
      if (isWell) response.end('{"text":"well"}')
      else request.socket.destroy()
    })
    const { calls, logged } = caller(() => [origin])
    for (let i = 0; i < 12; i++) await calls.shout({ text: 'a' }).catch(() => {})
    const before = count
    await expect(calls.shout({ text: 'a' })).rejects.toThrow('left alone for a moment')
    expect(count).toBe(before)
    isWell = true
    await expect
      .poll(() => calls.say({ text: 'a' }).catch(() => undefined), { timeout: 5000 })
      .toEqual({
        text: 'well',
      })
    expect(logged.join()).toMatch(/calls to a module are held back.*go through again/)
  })

  it('is there for others again while the request that tries it takes for ever', async () => {
    let isWell = false
    const hangs = Promise.withResolvers<void>()
    const { origin } = await raw((request, response, body) => {
      if (!isWell) request.socket.destroy()
      else if (body.includes('stuck')) hangs.resolve()
      else response.end('{"text":"well"}')
    })
    const { calls } = caller(() => [origin])
    for (let i = 0; i < 12; i++) await calls.shout({ text: 'a' }).catch(() => {})
    isWell = true
    const codes: string[] = []
    while (codes.at(-1) !== 'DEADLINE_EXCEEDED') {
      const trial = calls.shout({ text: 'stuck' }, { timeoutMs: 3000 })
      const ended = trial.catch((error: Failure) => codes.push(error.code))
      if (await Promise.race([ended, hangs.promise.then(() => undefined)])) {
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      expect(await calls.say({ text: 'a' }, { timeoutMs: 1000 })).toEqual({ text: 'well' })
      await ended
    }
    expect(codes[0]).toBe('UNAVAILABLE')
  }, 20_000)

  it('takes only so much of this process', async () => {
    let running = 0
    const { origin } = await raw(() => {
      running++
    })
    const { calls } = caller(() => [origin])
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

describe('the reader of versions', () => {
  it('tells what committed, and all when a stream opens or breaks; and opens it again', async () => {
    const told: string[][] = []
    let { origin, versions, server } = await serve(loud)
    const reader = new VersionsReader({
      secret: SECRET,
      modules: () => ['echo'],
      locate: () => [origin],
      changed: (modules) => void told.push([...modules]),
      log: listeningLog().log,
    })
    closers.push(() => reader.stop())
    reader.start()
    await expect.poll(() => told).toEqual([['echo']])
    versions.committed('other')
    versions.committed('echo')
    await expect.poll(() => told).toEqual([['echo'], ['echo']])
    const { port } = server
    await server.close({ graceMs: 0 })
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(3)
    const broken = told.length
    ;({ origin, versions, server } = await serve(loud, { port }))
    await expect.poll(() => told.length, { timeout: 5000 }).toBeGreaterThan(broken)
    await expect
      .poll(() => {
        versions.committed('echo')
        return told.length
      })
      .toBeGreaterThan(broken + 3)
  })
})
