import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ContractProbe } from '#lab/conformance/probe.ts'
import { Wire } from '#lab/conformance/wire.ts'
import { conformance } from '#modules/payments/conformance.ts'
import { webhookAbout } from '#modules/payments/conformance-steps.ts'
import { payments } from '#modules/payments/contract.ts'
import { withTimeout } from '#runtime/base/timeout.ts'
import type { Probe } from '#runtime/contract/conformance.ts'
import { TokenVerifier } from '#runtime/rpc/token-verifier.ts'
import { newId } from '#shared/ids.ts'
import { hasPython, PythonService, SECRET } from './implementations.ts'

interface Delivery {
  id: string
  name: string
  aggregate: string
  payload: { intentId: string; orderId: string }
}

/** A process with a module that reacts to events. `answers`: statuses of the next deliveries; after them 204. */
class Consumer {
  readonly deliveries: Delivery[] = []
  readonly answers: number[] = []
  readonly #tokens = new TokenVerifier(SECRET)
  readonly #server: Server
  #changed = Promise.withResolvers<void>()

  constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await text(request).catch(() => undefined)
      // The service was killed while it sent the event
      if (body === undefined) return
      this.#tokens.verify(request.headers.authorization!.slice('Bearer '.length), 'events:orders', body)
      expect(request.url).toBe('/events/orders')
      this.deliveries.push(JSON.parse(body) as Delivery)
      response.writeHead(this.answers.shift() ?? 204).end()
      this.#changed.resolve()
      this.#changed = Promise.withResolvers()
    })
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async untilDelivered(count: number): Promise<void> {
    while (this.deliveries.length < count) await this.#changed.promise
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

describe.skipIf(!hasPython)('payments in Python (needs python3 with sqlite3)', () => {
  let consumer: Consumer
  let service: PythonService
  let wire: Wire
  let probe: Probe<typeof payments>
  beforeEach(async () => {
    consumer = new Consumer()
    const origin = await consumer.open()
    service = await PythonService.start({
      // Long enough to observe a running call, even on a busy machine
      PANDO_PAYMENT_TIMEOUT_MS: '20000',
      PANDO_SUBSCRIBERS: JSON.stringify({ 'payments.intentSettled': ['orders'] }),
      PANDO_PLACEMENT: JSON.stringify({ version: 1, modules: { orders: [origin] } }),
    })
    wire = new Wire(service.origin, SECRET)
    probe = new ContractProbe(payments, wire) as Probe<typeof payments>
  })
  afterEach(async () => {
    await wire.close()
    await service.stop()
    consumer.close()
  })

  /** Creates a payment and reports by webhook that it is paid. Returns its id. */
  async function settle(): Promise<string> {
    const input = await conformance.examples.receiveWebhook!(probe)
    await probe.call('receiveWebhook', input)
    return (JSON.parse(input.rawBody) as { key: string }).key
  }

  it('delivers an event to the process of the module that reacts to it', async () => {
    const intentId = await settle()
    await consumer.untilDelivered(1)
    const { orderId } = await probe.call('getIntent', { intentId })
    expect(consumer.deliveries).toEqual([
      {
        id: expect.stringMatching(/^evt_[0-9a-z]{26}$/),
        name: 'payments.intentSettled',
        aggregate: intentId,
        payload: { intentId, orderId },
      },
    ])
  })

  it('retries a refused event, and holds back later events of the same payment', async () => {
    consumer.answers.push(503, 500)
    const intentId = await settle()
    await consumer.untilDelivered(1)
    await probe.call('receiveWebhook', webhookAbout(probe, intentId, 'refunded'))
    await consumer.untilDelivered(4)
    const [first, second, third, later] = consumer.deliveries.map((each) => each.id)
    expect([second, third]).toEqual([first, first])
    expect(later).not.toBe(first)
  })

  it('delivers events to the new location of a moved module', async () => {
    consumer.close()
    const moved = new Consumer()
    const modules = { orders: [await moved.open()] }
    const body = JSON.stringify({ version: 2, modules })
    expect((await wire.send('/placement', { body, audience: 'placement' })).status).toBe(204)
    await settle()
    await moved.untilDelivered(1)
    moved.close()
  })

  it('keeps acknowledged commands and undelivered events when it is killed', async () => {
    consumer.answers.push(...Array<number>(100).fill(503))
    const settled = [await settle(), await settle()]
    const key = 'kept'
    const input = { ...conformance.examples.createIntent!(probe), intentId: newId('pay') } as never
    const answer = await probe.call('createIntent', input, { key })
    await service.end('SIGKILL')
    consumer.answers.length = 0
    const before = consumer.deliveries.length
    await service.start()
    for (const intentId of settled)
      expect(await probe.call('getIntent', { intentId })).toMatchObject({ status: 'succeeded' })
    expect(await probe.call('createIntent', input, { key })).toEqual(answer)
    await consumer.untilDelivered(before + settled.length)
    const delivered = consumer.deliveries.slice(before).map((each) => each.aggregate)
    expect(delivered.sort()).toEqual(settled.sort())
  })

  it('starts again after a kill under load, with everything that it has acknowledged', async () => {
    const acknowledged: string[] = []
    let running = true
    const work = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (running) {
          const intentId = newId('pay')
          const orderId = newId('ord')
          const amount = { amount: 1999, currency: 'EUR' }
          const rest = { provider: 'test', token: 'tok_ok', capture: 'automatic' } as const
          try {
            await probe.call('createIntent', { intentId, orderId, amount, ...rest })
            acknowledged.push(intentId)
          } catch {
            // The service is dead; whether it has recorded this intent is unknown
            return
          }
        }
      }),
    )
    for (let round = 1; round <= 3; round++) await settle()
    await service.end('SIGKILL')
    running = false
    await work
    await service.start()
    expect(acknowledged.length).toBeGreaterThan(0)
    for (const intentId of acknowledged)
      expect(await probe.call('getIntent', { intentId })).toMatchObject({ status: 'created' })
  })

  it('opens the database of an earlier version, which had no return URL', async () => {
    const before = await conformance.examples.createIntent!(probe)
    await probe.call('createIntent', before)
    await service.end('SIGTERM')
    const database = new DatabaseSync(service.databaseFile)
    database.exec('alter table intent drop column return_url')
    database.close()
    await service.start()
    expect(await probe.call('authorizeIntent', { intentId: before.intentId })).toMatchObject({
      status: 'succeeded',
    })
    const after = {
      ...before,
      intentId: newId('pay'),
      token: 'tok_requires_action',
      returnUrl: 'https://s.example/',
    }
    await probe.call('createIntent', after)
    expect(await probe.call('authorizeIntent', { intentId: after.intentId })).toMatchObject({
      actionUrl: expect.stringContaining('?return=https%3A%2F%2Fs.example%2F'),
    })
  })

  it('finishes running calls when it is stopped', async () => {
    // Separate connections: on those of the probe, a status request could queue behind the running call
    const watch = new Wire(service.origin, SECRET)
    let answer: Promise<unknown>
    // On a slow machine a call may end before it was observed: then make another one
    do {
      const intentId = await explained('creating an intent', createSlowIntent())
      answer = probe.call('authorizeIntent', { intentId })
    } while (!(await explained('observing the running call', isObservedRunning(watch, answer))))
    await watch.close()
    expect(await explained('ending the service', service.end('SIGTERM'))).toBe(0)
    expect(await explained('awaiting the answer', answer)).toEqual({ status: 'unknown' })
  })

  /** Fails after 20 s with what the threads of the service do. */
  async function explained<Result>(step: string, work: Promise<Result>): Promise<Result> {
    try {
      return await withTimeout(work, 20_000, () => new Error(`Cannot finish ${step} within 20 s`))
    } catch (error) {
      process.kill(service.pid, 'SIGUSR1')
      await vi.waitFor(() => expect(service.log).toContain('most recent call first'), { timeout: 2000 })
      throw new Error(`${(error as Error).message}. The service:\n${service.log}`, { cause: error })
    }
  }

  async function createSlowIntent(): Promise<string> {
    const intentId = newId('pay')
    await probe.call('createIntent', {
      ...(await conformance.examples.createIntent!(probe)),
      intentId,
      token: 'tok_timeout',
    })
    return intentId
  }

  async function isObservedRunning(watch: Wire, answer: Promise<unknown>): Promise<boolean> {
    let hasEnded = false
    const onEnd = () => {
      hasEnded = true
    }
    answer.then(onEnd, onEnd)
    while (!hasEnded) if (await isRunning(watch)) return true
    return false
  }

  async function isRunning(watch: Wire): Promise<boolean> {
    const { json } = await watch.send('/status', {
      method: 'GET',
      audience: 'status',
    })
    return (json as { requests: { running: number } }).requests.running > 0
  }

  it('counts lengths in code points, as the other modules do', async () => {
    const example = await conformance.examples.createIntent!(probe)
    const withToken = (length: number) => ({
      ...example,
      intentId: newId('pay'),
      token: '😀'.repeat(length),
    })
    await probe.call('createIntent', withToken(255))
    await new ContractProbe(payments, wire).fails('createIntent', withToken(256), 'INVALID_INPUT')
  })

  const hidden = 'GET /health/live HTTP/1.1\r\n\r\n'
  it.each([
    [
      'has a Content-Length of 22 digits',
      `Content-Length: ${`${hidden.length}`.padStart(22, '0')}\r\n\r\n${hidden}`,
    ],
    ['has a chunk size with a sign', `Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n${hidden}`],
    [
      'has a chunk size in a line of 101 bytes',
      `Transfer-Encoding: chunked\r\n\r\n0;${'a'.repeat(97)}\r\n${hidden}`,
    ],
    ['has a chunk longer than its size', `Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n${hidden}`],
  ])('refuses a body that %s, and executes no request that is hidden in it', async (_case, rest) => {
    const socket = connect(Number(new URL(service.origin).port), '127.0.0.1')
    socket.end(`POST / HTTP/1.1\r\n${rest}`)
    expect((await text(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
  })

  it('reports why it cannot start', async () => {
    await expect(PythonService.start({ PANDO_SECRET: '' })).rejects.toThrow('PANDO_SECRET is not set')
    await expect(PythonService.start({ PANDO_REPLICA: '1' })).rejects.toThrow('Cannot start a second replica')
  })
})
