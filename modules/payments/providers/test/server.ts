import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { applyOperation, type ChargeInput, type Operation, type TestCharge } from './ledger.ts'
import { toMessage, toReply } from './service.ts'
import { sendWebhook } from './webhook.ts'

/** Faults that tests inject. Missing members keep their values. */
export interface Faults {
  /** Where to send webhooks. Without a URL none are sent. */
  webhookUrl?: string
  /** Cuts off this many of the next answers, after their requests were executed. */
  cutAnswers?: number
  /** Refuses this many of the next requests with 503, without executing them. */
  refuseRequests?: number
  /** Delay of each answer, in milliseconds. */
  delayMs?: number
  /** Delay of the answer to `tok_timeout`, in milliseconds. */
  lateMs?: number
  /** How many times to send each webhook. */
  webhookCopies?: number
  /**
   * `after`: the answer does not wait for the webhook; `before`: the answer waits until the webhook was delivered; `held`:
   * `POST /control/release` sends it.
   */
  webhooks?: 'after' | 'before' | 'held'
  /** How far the shop's clock is ahead, in milliseconds. Webhooks are signed with the shop's time, so that it accepts them. */
  clockAheadMs?: number
}

const WEBHOOK_ATTEMPTS = 5
const WEBHOOK_PAUSE_MS = 100

/**
 * The test provider as a separate service with its own charges, so that a lost answer differs from a lost request.
 * The shop uses `POST /charges/{key}/{operation}`. `/control` sets faults, `/control/charges` lists the charges,
 * `/control/release` sends the held webhooks and answers when each was accepted or has failed.
 */
export class TestProviderServer {
  readonly #charges = new Map<string, TestCharge>()
  readonly #requests = new Map<string, number>()
  readonly #webhookKey: Buffer
  readonly #server: Server
  readonly #sending = new Set<Promise<void>>()
  readonly #held: TestCharge[] = []
  readonly #faults: Required<Omit<Faults, 'webhookUrl'>> & { webhookUrl?: string } = {
    cutAnswers: 0,
    refuseRequests: 0,
    delayMs: 0,
    lateMs: 10_000,
    webhookCopies: 1,
    webhooks: 'after',
    clockAheadMs: 0,
  }

  constructor(webhookKey: Buffer) {
    this.#webhookKey = webhookKey
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => {
        response.writeHead(400, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ error: String(error) }))
      })
    })
  }

  /** Listens on 127.0.0.1 and returns the port. For 0 it takes a free one. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area, name = '', verb = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    const body = await readJson(request)
    if (area === 'charges') return this.#serve(operationOf(name, verb, body), response)
    if (area !== 'control') return send(response, 404, {})
    if (name === 'charges') return send(response, 200, this.#listCharges())
    if (name === 'release') return send(response, 200, await this.#release())
    Object.assign(this.#faults, body)
    return send(response, 200, {})
  }

  async #serve(operation: Operation, response: ServerResponse): Promise<void> {
    const faults = this.#faults
    this.#requests.set(operation.key, (this.#requests.get(operation.key) ?? 0) + 1)
    if (faults.refuseRequests > 0) {
      faults.refuseRequests--
      return send(response, 503, {})
    }
    const before = this.#charges.get(operation.key)
    const result = applyOperation(before, operation)
    if (result.charge && result.charge !== before) {
      this.#charges.set(operation.key, result.charge)
      if (result.charge.status !== before?.status) await this.#sendOrHoldWebhook(result.charge)
    }
    const delayMs = faults.delayMs + (result.late ? faults.lateMs : 0)
    if (delayMs > 0) await pause(delayMs)
    if (faults.cutAnswers > 0) {
      faults.cutAnswers--
      response.destroy()
      return
    }
    const { status, charge } = toReply(result)
    return send(response, status, charge ?? {})
  }

  async #sendOrHoldWebhook(charge: TestCharge): Promise<void> {
    if (this.#faults.webhooks === 'held') {
      this.#held.push(charge)
      return
    }
    const sending = this.#sendWebhooks(charge)
    this.#sending.add(sending)
    sending.finally(() => this.#sending.delete(sending))
    if (this.#faults.webhooks === 'before') await sending
  }

  async #sendWebhooks(charge: TestCharge): Promise<void> {
    const message = toMessage(charge)
    const { webhookUrl, webhookCopies, clockAheadMs } = this.#faults
    if (!message || !webhookUrl) return
    await Promise.all(
      Array.from({ length: webhookCopies }, async () => {
        for (let attempt = 1; attempt <= WEBHOOK_ATTEMPTS; attempt++) {
          const now = new Date(Date.now() + clockAheadMs)
          if (await sendWebhook(webhookUrl, message, this.#webhookKey, now)) return
          await pause(WEBHOOK_PAUSE_MS * 2 ** attempt)
        }
      }),
    )
  }

  async #release(): Promise<object> {
    const held = this.#held.splice(0)
    await Promise.all(held.map((charge) => this.#sendWebhooks(charge)))
    while (this.#sending.size > 0) await Promise.all(this.#sending)
    return { released: held.length }
  }

  /** All charges with the number of requests for each. */
  #listCharges(): object[] {
    return [...this.#charges.values()].map((charge) => ({
      ...charge,
      requests: this.#requests.get(charge.key),
    }))
  }
}

function operationOf(key: string, verb: string, body: unknown): Operation {
  switch (verb) {
    case 'authorize':
      return { do: verb, key, input: body as ChargeInput }
    case 'decide':
      return { do: verb, key, decision: (body as { decision: 'confirm' | 'refuse' }).decision }
    case 'retrieve':
    case 'capture':
    case 'cancel':
    case 'refund':
      return { do: verb, key }
    default:
      throw new Error(`Cannot do "${verb}": the test provider has no such operation`)
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text === '' ? {} : JSON.parse(text)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

// Unreferenced, so that a pause does not keep the process alive.
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

/** As a program it reads its port (0: a free one) and webhook key from the environment, and prints the port as JSON. */
if (import.meta.main) {
  const { PORT = '0', PANDO_TEST_PROVIDER_KEY = '' } = process.env
  const port = await new TestProviderServer(Buffer.from(PANDO_TEST_PROVIDER_KEY, 'hex')).listen(Number(PORT))
  process.stdout.write(`${JSON.stringify({ port })}\n`)
  // Exit with the parent process, which holds the other end of stdin
  process.stdin.resume().once('end', () => process.exit())
}
