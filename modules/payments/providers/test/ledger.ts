import { newId } from '#shared/ids.ts'
import type { ProviderStatus } from '../../rules/next-status.ts'

/** A charge in the ledger of the test provider. `failing`: the first request with `tok_flaky` failed. */
export interface TestCharge {
  key: string
  reference: string
  token: string
  amount: number
  currency: string
  capture: 'automatic' | 'manual'
  status: ProviderStatus | 'failing'
  captured: number
  refunded: number
  reason: string | null
  actionUrl: string | null
}

export interface ChargeInput {
  amount: number
  currency: string
  token: string
  capture: 'automatic' | 'manual'
  /** The page where the shopper confirms. */
  actionUrl: string
}

/** A request to the test provider about the charge with this key. */
export type Operation =
  | { do: 'authorize'; key: string; input: ChargeInput }
  | { do: 'retrieve' | 'capture' | 'cancel' | 'refund'; key: string }
  | { do: 'decide'; key: string; decision: 'confirm' | 'refuse' }

export interface LedgerResult {
  /** The charge after the operation; the same object if nothing changed, undefined if it does not exist. */
  charge: TestCharge | undefined
  /** 404: unknown charge. 409: not possible in its status. 503: transient failure, a retry succeeds. */
  status: 200 | 404 | 409 | 503
  /** Whether the answer must come after the caller's timeout. */
  late: boolean
}

/** The whole behaviour of the test provider as a pure function, without clock, network and storage. */
export function applyOperation(charge: TestCharge | undefined, operation: Operation): LedgerResult {
  if (operation.do === 'authorize')
    return charge ? repeatAuthorize(charge) : open(operation.key, operation.input)
  if (operation.do === 'cancel') return charge ? cancel(charge) : result(voidedCharge(operation.key))
  if (!charge) return { charge, status: 404, late: false }
  switch (operation.do) {
    case 'retrieve':
      return result(charge)
    case 'capture':
      if (charge.status === 'authorized') return result(approve({ ...charge, capture: 'automatic' }))
      return result(charge, charge.status === 'succeeded' ? 200 : 409)
    case 'refund':
      if (charge.status === 'succeeded') {
        return result({ ...charge, status: 'refunded', refunded: charge.captured })
      }
      return result(charge, charge.status === 'refunded' ? 200 : 409)
    case 'decide':
      if (charge.status !== 'requires_action') return result(charge)
      return result(
        operation.decision === 'confirm'
          ? approve(charge)
          : decline(charge, 'The payment was refused on the confirmation page'),
      )
  }
}

function open(key: string, input: ChargeInput): LedgerResult {
  const fresh: TestCharge = {
    key,
    reference: newId('tch'),
    token: input.token,
    amount: input.amount,
    currency: input.currency,
    capture: input.capture,
    status: 'declined',
    captured: 0,
    refunded: 0,
    reason: null,
    actionUrl: null,
  }
  switch (input.token) {
    case 'tok_ok':
      return result(approve(fresh))
    case 'tok_timeout':
      return { ...result(approve(fresh)), late: true }
    case 'tok_flaky':
      return result({ ...fresh, status: 'failing' }, 503)
    case 'tok_requires_action':
      return result({ ...fresh, status: 'requires_action', actionUrl: input.actionUrl })
    case 'tok_declined':
      return result(decline(fresh, 'The card was declined'))
    default:
      return result(decline(fresh, 'The payment method is not known'))
  }
}

function repeatAuthorize(charge: TestCharge): LedgerResult {
  return result(charge.status === 'failing' ? approve(charge) : charge)
}

function cancel(charge: TestCharge): LedgerResult {
  const isOpen =
    charge.status === 'requires_action' || charge.status === 'authorized' || charge.status === 'failing'
  return result(isOpen ? { ...charge, status: 'voided', actionUrl: null } : charge)
}

/** A voided charge for an unknown key, which makes the key unusable. */
function voidedCharge(key: string): TestCharge {
  return {
    ...open(key, { amount: 0, currency: 'XXX', token: '', capture: 'manual', actionUrl: '' }).charge!,
    status: 'voided',
  }
}

function approve(charge: TestCharge): TestCharge {
  const isCaptured = charge.capture === 'automatic'
  return {
    ...charge,
    status: isCaptured ? 'succeeded' : 'authorized',
    captured: isCaptured ? charge.amount : 0,
    actionUrl: null,
  }
}

function decline(charge: TestCharge, reason: string): TestCharge {
  return { ...charge, status: 'declined', reason, actionUrl: null }
}

function result(charge: TestCharge, status: LedgerResult['status'] = 200): LedgerResult {
  return { charge, status, late: false }
}
