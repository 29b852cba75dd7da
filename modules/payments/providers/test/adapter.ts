import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Charge, ChargeName, ChargeRequest, Provider, WebhookMessage } from '../provider.ts'
import type { Operation } from './ledger.ts'
import { type ChargeMessage, parseChargeMessage, type TestService } from './service.ts'
import { isSignedWebhook, signatureHeader } from './webhook.ts'

export interface TestProviderOptions {
  /** How long one request may take, its repeat included, in milliseconds. */
  timeoutMs: number
  webhookKey: Buffer
  /** The shop's page where the shopper plays the bank, and from where they are sent back. */
  actionUrl: (key: string, returnUrl: string | null) => string
}

const ATTEMPTS = 2
const PAUSE_MS = 100

/** The built-in provider `test`: no money, but all the ways in which a provider can answer. */
export class TestProvider implements Provider {
  readonly #service: TestService
  readonly #options: TestProviderOptions

  constructor(service: TestService, options: TestProviderOptions) {
    this.#service = service
    this.#options = options
  }

  authorize(request: ChargeRequest): Promise<Answer> {
    const order = {
      amount: request.amount.amount,
      currency: request.amount.currency,
      token: request.token,
      capture: request.capture,
      actionUrl: this.#options.actionUrl(request.key, request.returnUrl),
    }
    return this.#ask({ do: 'authorize', key: request.key, order })
  }

  retrieve({ key }: ChargeName): Promise<Answer> {
    return this.#ask({ do: 'retrieve', key })
  }

  capture({ key }: ChargeName): Promise<Answer> {
    return this.#ask({ do: 'capture', key })
  }

  cancel({ key }: ChargeName): Promise<Answer> {
    return this.#ask({ do: 'cancel', key })
  }

  refund({ key }: ChargeName): Promise<Answer> {
    return this.#ask({ do: 'refund', key })
  }

  /** What a shopper does on the confirmation page. */
  decide(key: string, decision: 'confirm' | 'refuse'): Promise<Answer> {
    return this.#ask({ do: 'decide', key, decision })
  }

  verifyWebhook(rawBody: string, headers: Record<string, string>, now: Date): WebhookMessage {
    if (!isSignedWebhook(rawBody, headers[signatureHeader], this.#options.webhookKey, now))
      return { kind: 'forged' }
    const message = parseChargeMessage(rawBody)
    return message ? { kind: 'news', key: message.key, charge: toCharge(message) } : { kind: 'other' }
  }

  /** Asks, and once more when the first try broke: the key makes that safe. */
  async #ask(operation: Operation): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs)
    let detail = ''
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (attempt > 1) await sleep(PAUSE_MS, undefined, { signal })
        const reply = await this.#service(operation, signal)
        if (reply.status === 404) return { kind: 'no_charge' }
        if (reply.charge) return { kind: 'charge', charge: toCharge(reply.charge) }
        detail = `the provider answered ${reply.status}`
      } catch (error) {
        if (signal.aborted)
          return { kind: 'no_answer', detail: `no answer within ${this.#options.timeoutMs} ms` }
        detail = String(error)
      }
    }
    return { kind: 'no_answer', detail }
  }
}

function toCharge(message: ChargeMessage): Charge {
  return {
    reference: message.reference,
    status: message.status,
    ...(message.actionUrl === null ? {} : { actionUrl: message.actionUrl }),
    ...(message.reason === null ? {} : { reason: message.reason }),
  }
}
