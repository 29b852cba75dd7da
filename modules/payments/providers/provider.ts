import type { Money } from '#shared/money.ts'
import type { ProviderStatus } from '../rules/next-status.ts'

/** The state of a charge at the provider. */
export interface Charge {
  /** The provider's id of the charge. */
  reference: string
  status: ProviderStatus
  /** Where the shopper confirms it, while the status is `requires_action`. */
  actionUrl?: string
  /** Why it was declined, for the shopper. */
  reason?: string
}

/**
 * The result of a request to a provider. `no_charge`: the provider knows no such charge. `no_answer`: the request timed
 * out, was cut off or failed with a server error, so it may have been executed or not. It must not be treated as a
 * decline. `detail` says what happened, for the log and for messages.
 */
export type Answer =
  | { kind: 'charge'; charge: Charge }
  | { kind: 'no_charge' }
  | { kind: 'no_answer'; detail: string }

export interface ChargeRequest {
  /** The intent's id, used as idempotency key: a repeat returns the same charge. */
  key: string
  amount: Money
  token: string
  capture: 'automatic' | 'manual'
  orderId: string
  /** Where the provider's page returns the shopper to; null if `createIntent` had none. */
  returnUrl: string | null
}

/** Identifies a charge. `reference` is null until the shop has received an answer from the provider. */
export interface ChargeId {
  key: string
  reference: string | null
}

/** A provider's webhook: about a charge, about something that the shop ignores, or with an invalid signature. */
export type WebhookMessage =
  | { kind: 'charge'; key: string; charge: Charge }
  | { kind: 'other' }
  | { kind: 'forged' }

/**
 * An external payment provider. Each call returns an `Answer` within the adapter's timeout, never throws, and can be
 * repeated safely.
 */
export interface Provider {
  authorize(request: ChargeRequest): Promise<Answer>
  /** Returns the current state of a charge. */
  retrieve(id: ChargeId): Promise<Answer>
  /** Takes the money of an authorised charge. Returns a captured charge unchanged. */
  capture(id: ChargeId): Promise<Answer>
  /**
   * Voids a charge that is not captured. Returns a captured charge unchanged. An unknown key must become unusable, so
   * that a delayed request with it takes no money.
   */
  cancel(id: ChargeId): Promise<Answer>
  /** Refunds the whole captured amount. Returns a refunded charge unchanged. */
  refund(id: ChargeId): Promise<Answer>
  /** Checks the signature of the unchanged body. `headers` have lower-case names. */
  verifyWebhook(rawBody: string, headers: Record<string, string>, now: Date): WebhookMessage
}
