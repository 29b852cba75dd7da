import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { LedgerResult, Operation, TestCharge } from './ledger.ts'

/** Schema of a charge in the test provider's answers and webhooks. */
export const ChargeMessage = Type.Object({
  key: Type.String(),
  reference: Type.String(),
  status: Type.Union([
    Type.Literal('requires_action'),
    Type.Literal('authorized'),
    Type.Literal('succeeded'),
    Type.Literal('declined'),
    Type.Literal('voided'),
    Type.Literal('refunded'),
  ]),
  actionUrl: Type.Union([Type.String(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
})
export type ChargeMessage = Static<typeof ChargeMessage>

const chargeMessage = Compile(ChargeMessage)

/** Parses a charge message. Returns undefined for any other text. */
export function parseChargeMessage(text: string): ChargeMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return chargeMessage.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

export interface Reply {
  /** 200, 404 (unknown charge), 409 (not possible in its status) or 5xx (server error). */
  status: number
  /** The state of the charge; undefined for 404 and 5xx. */
  charge: ChargeMessage | undefined
}

/** A local or remote test provider. Throws when its answer is lost, or when `signal` aborts. */
export type TestService = (operation: Operation, signal: AbortSignal) => Promise<Reply>

/** The provider's reply for a result of its ledger. */
export function toReply({ charge, status }: LedgerResult): Reply {
  return { status, charge: status === 200 || status === 409 ? charge && toMessage(charge) : undefined }
}

/** The message about a charge; undefined while it is `failing`. */
export function toMessage(charge: TestCharge): ChargeMessage | undefined {
  const { key, reference, status, actionUrl, reason } = charge
  return status === 'failing' ? undefined : { key, reference, status, actionUrl, reason }
}
