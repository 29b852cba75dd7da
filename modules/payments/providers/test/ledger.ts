import { newId } from '#shared/ids.ts'
import type { News } from '../../rules/next-status.ts'

/** A charge in the books of the test provider. `failing`: the first request for `tok_flaky` broke it. */
export interface TestCharge {
  key: string
  reference: string
  token: string
  amount: number
  currency: string
  capture: 'automatic' | 'manual'
  status: News | 'failing'
  captured: number
  refunded: number
  reason: string | null
  actionUrl: string | null
}

export interface ChargeOrder {
  amount: number
  currency: string
  token: string
  capture: 'automatic' | 'manual'
  /** The page where the shopper confirms. */
  actionUrl: string
}

/** A request to the test provider about the charge with this key. */
export type Operation =
  | { do: 'authorize'; key: string; order: ChargeOrder }
  | { do: 'retrieve' | 'capture' | 'cancel' | 'refund'; key: string }
  | { do: 'decide'; key: string; decision: 'confirm' | 'refuse' }

export interface Entry {
  /** The books after it; the very same object when nothing changed, undefined when there is no charge. */
  charge: TestCharge | undefined
  /** 404: no such charge. 409: not possible in its status. 503: out of order, which a repeat heals. */
  status: 200 | 404 | 409 | 503
  /** The answer comes later than anybody waits for it. */
  late: boolean
}

/** The test provider's whole behaviour, without its clock, wires and storage. */
export function enter(charge: TestCharge | undefined, operation: Operation): Entry {
  if (operation.do === 'authorize') return charge ? askAgain(charge) : open(operation.key, operation.order)
  if (operation.do === 'cancel') return charge ? cancel(charge) : entry(usedUp(operation.key))
  if (!charge) return { charge, status: 404, late: false }
  switch (operation.do) {
    case 'retrieve':
      return entry(charge)
    case 'capture':
      if (charge.status === 'authorized') return entry(approve({ ...charge, capture: 'automatic' }))
      return entry(charge, charge.status === 'succeeded' ? 200 : 409)
    case 'refund':
      if (charge.status === 'succeeded') {
        return entry({ ...charge, status: 'refunded', refunded: charge.captured })
      }
      return entry(charge, charge.status === 'refunded' ? 200 : 409)
    case 'decide':
      if (charge.status !== 'requires_action') return entry(charge)
      return entry(
        operation.decision === 'confirm'
          ? approve(charge)
          : decline(charge, 'The payment was refused on the confirmation page'),
      )
  }
}

function open(key: string, order: ChargeOrder): Entry {
  const fresh: TestCharge = {
    key,
    reference: newId('tch'),
    token: order.token,
    amount: order.amount,
    currency: order.currency,
    capture: order.capture,
    status: 'declined',
    captured: 0,
    refunded: 0,
    reason: null,
    actionUrl: null,
  }
  switch (order.token) {
    case 'tok_ok':
      return entry(approve(fresh))
    case 'tok_timeout':
      return { ...entry(approve(fresh)), late: true }
    case 'tok_flaky':
      return entry({ ...fresh, status: 'failing' }, 503)
    case 'tok_requires_action':
      return entry({ ...fresh, status: 'requires_action', actionUrl: order.actionUrl })
    case 'tok_declined':
      return entry(decline(fresh, 'The card was declined'))
    default:
      return entry(decline(fresh, 'The payment method is not known'))
  }
}

function askAgain(charge: TestCharge): Entry {
  return entry(charge.status === 'failing' ? approve(charge) : charge)
}

function cancel(charge: TestCharge): Entry {
  const open =
    charge.status === 'requires_action' || charge.status === 'authorized' || charge.status === 'failing'
  return entry(open ? { ...charge, status: 'voided', actionUrl: null } : charge)
}

/** A charge that nobody asked for and nobody can ask for any more. */
function usedUp(key: string): TestCharge {
  return {
    ...open(key, { amount: 0, currency: 'XXX', token: '', capture: 'manual', actionUrl: '' }).charge!,
    status: 'voided',
  }
}

function approve(charge: TestCharge): TestCharge {
  const taken = charge.capture === 'automatic'
  return {
    ...charge,
    status: taken ? 'succeeded' : 'authorized',
    captured: taken ? charge.amount : 0,
    actionUrl: null,
  }
}

function decline(charge: TestCharge, reason: string): TestCharge {
  return { ...charge, status: 'declined', reason, actionUrl: null }
}

function entry(charge: TestCharge, status: Entry['status'] = 200): Entry {
  return { charge, status, late: false }
}
