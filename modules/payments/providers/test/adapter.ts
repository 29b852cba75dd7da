import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, Charge, ChargeId, ChargeRequest, Provider, WebhookMessage } from '../provider.ts'
import type { Operation } from './ledger.ts'
import { type ChargeMessage, parseChargeMessage, type TestService } from './service.ts'
import { isSignedWebhook, signatureHeader } from './webhook.ts'

export interface TestProviderOptions {
  /** Timeout of a request including its retry, in milliseconds. */
  timeoutMs: number
  webhookKey: Buffer
  /** URL of the confirmation page, on which the shopper decides in place of a bank. */
  actionUrl: (key: string, returnUrl: string | null) => string
}

const ATTEMPTS = 2
const RETRY_WAIT_MS = 100

/** The built-in provider `test`. It moves no money and can simulate every answer of a provider. */
export class TestProvider implements Provider {
  readonly #service: TestService
  readonly #options: TestProviderOptions

  constructor(service: TestService, options: TestProviderOptions) {
    this.#service = service
    this.#options = options
  }

  authorize(request: ChargeRequest): Promise<Answer> {
    const input = {
      amount: request.amount.amount,
      currency: request.amount.currency,
      token: request.token,
      capture: request.capture,
      actionUrl: this.#options.actionUrl(request.key, request.returnUrl),
    }
    return this.#request({ do: 'authorize', key: request.key, input })
  }

  retrieve({ key }: ChargeId): Promise<Answer> {
    return this.#request({ do: 'retrieve', key })
  }

  capture({ key }: ChargeId): Promise<Answer> {
    return this.#request({ do: 'capture', key })
  }

  cancel({ key }: ChargeId): Promise<Answer> {
    return this.#request({ do: 'cancel', key })
  }

  refund({ key }: ChargeId): Promise<Answer> {
    return this.#request({ do: 'refund', key })
  }

  /** Confirms or refuses a charge, like a shopper on the confirmation page. */
  decide(key: string, decision: 'confirm' | 'refuse'): Promise<Answer> {
    return this.#request({ do: 'decide', key, decision })
  }

  verifyWebhook(rawBody: string, headers: Record<string, string>, now: Date): WebhookMessage {
    if (!isSignedWebhook(rawBody, headers[signatureHeader], this.#options.webhookKey, now))
      return { kind: 'forged' }
    const message = parseChargeMessage(rawBody)
    return message ? { kind: 'charge', key: message.key, charge: toCharge(message) } : { kind: 'other' }
  }

  /** Sends a request, and retries it once when it fails. The idempotency key makes that safe. */
  async #request(operation: Operation): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.timeoutMs)
    let detail = ''
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (attempt > 1) await sleep(RETRY_WAIT_MS, undefined, { signal })
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
