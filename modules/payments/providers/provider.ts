import type { Money } from '#shared/money.ts'
import type { News } from '../rules/next-status.ts'

/** How a charge stands at the provider. */
export interface Charge {
  /** The provider's id of it. */
  reference: string
  status: News
  /** Where the shopper confirms it, while the status is `requires_action`. */
  actionUrl?: string
  /** Why it was declined, for the shopper. */
  reason?: string
}

/**
 * What came of an outside call. `no_answer`: it timed out, broke off or the provider was out of order, so it may have
 * been executed or not; `detail` is for the log. That is never the same as a decline.
 */
export type Answer =
  | { kind: 'charge'; charge: Charge }
  | { kind: 'no_charge' }
  | { kind: 'no_answer'; detail: string }

export interface ChargeRequest {
  /** The intent's id, and the provider's idempotency key: a repeat answers with the same charge. */
  key: string
  amount: Money
  token: string
  capture: 'automatic' | 'manual'
  orderId: string
  /** Where the provider sends the shopper back to, from a page of its own; null where nobody said so. */
  returnUrl: string | null
}

/** Names a charge. The reference is unknown while the provider's answer is. */
export interface ChargeName {
  key: string
  reference: string | null
}

/** A signed message of a provider: `news` tells of a charge, `other` of something that the shop does not care about. */
export type WebhookMessage =
  | { kind: 'news'; key: string; charge: Charge }
  | { kind: 'other' }
  | { kind: 'forged' }

/**
 * What the shop needs of an outside payment provider. Each call ends within the adapter's own timeout with a named
 * answer, never with an exception, and may be repeated.
 */
export interface Provider {
  authorize(request: ChargeRequest): Promise<Answer>
  retrieve(name: ChargeName): Promise<Answer>
  capture(name: ChargeName): Promise<Answer>
  /**
   * Gives up a charge that is not captured, and answers how it stands then: a captured one is left as it is. When the
   * provider never heard of it, a request that still is on its way must find the key used up.
   */
  cancel(name: ChargeName): Promise<Answer>
  /** Gives the whole captured amount back. */
  refund(name: ChargeName): Promise<Answer>
  /** Checks the signature over the bytes as they came. `headers` have lower-case names. */
  verifyWebhook(rawBody: string, headers: Record<string, string>, now: Date): WebhookMessage
}
