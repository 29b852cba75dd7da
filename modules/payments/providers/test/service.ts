import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Entry, Operation, TestCharge } from './ledger.ts'

/** What the test provider tells of a charge, in answers and in webhooks. */
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

/** Reads JSON that is not known to be a message about a charge. */
export function parseChargeMessage(text: string): ChargeMessage | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return chargeMessage.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}

export interface Reply {
  /** 200, 404 (no such charge), 409 (not possible as it stands) or 5xx (out of order). */
  status: number
  /** How the charge stands; absent with 404 and 5xx. */
  charge: ChargeMessage | undefined
}

/** The test provider, wherever it is. Throws when its answer is lost, or when `signal` ends the waiting. */
export type TestService = (operation: Operation, signal: AbortSignal) => Promise<Reply>

/** What the provider answers for an entry of its ledger. */
export function toReply({ charge, status }: Entry): Reply {
  return { status, charge: status === 200 || status === 409 ? charge && toMessage(charge) : undefined }
}

/** What the provider tells of a charge; nothing of one whose first request broke. */
export function toMessage(charge: TestCharge): ChargeMessage | undefined {
  const { key, reference, status, actionUrl, reason } = charge
  return status === 'failing' ? undefined : { key, reference, status, actionUrl, reason }
}
