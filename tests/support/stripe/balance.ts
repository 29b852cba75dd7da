import type Stripe from 'stripe'
import type { Scope } from './world.ts'

/** What a payment costs at the provider: 2.9 % and 30 units. */
const FEE_RATE = 0.029
const FEE_FIXED = 30
export const DISPUTE_FEE = 1500

type Kind = 'charge' | 'refund' | 'refund_failure' | 'dispute' | 'dispute_reversal'

/** Writes a movement of money into the books. Only this function moves money. `amount` is negative for money that leaves. */
export function book(
  scope: Scope,
  kind: Kind,
  { amount, currency, source, fee = 0 }: { amount: number; currency: string; source: string; fee?: number },
): Stripe.BalanceTransaction {
  const isBankPayment = source.startsWith('py')
  const types = {
    charge: isBankPayment ? 'payment' : 'charge',
    refund: isBankPayment ? 'payment_refund' : 'refund',
    refund_failure: isBankPayment ? 'payment_failure_refund' : 'refund_failure',
    dispute: 'adjustment',
    dispute_reversal: 'adjustment',
  } as const
  const transaction: Stripe.BalanceTransaction = {
    id: scope.world.newId('txn_'),
    object: 'balance_transaction',
    amount,
    available_on: scope.now(),
    balance_type: 'payments',
    created: scope.now(),
    currency,
    description: kind,
    exchange_rate: null,
    fee,
    fee_details: fee
      ? [
          {
            amount: fee,
            application: null,
            currency,
            description: 'Stripe processing fees',
            type: 'stripe_fee',
          },
        ]
      : [],
    net: amount - fee,
    reporting_category: kind,
    source,
    status: 'available',
    type: types[kind],
  }
  scope.put('balance_transaction', transaction)
  return transaction
}

export function paymentFee(amount: number): number {
  return Math.round(amount * FEE_RATE) + FEE_FIXED
}

/** What the books say about one payment intent, in minor units. */
export interface BookedPayment {
  payment_intent: string
  currency: string
  captured: number
  /** Without refunds that failed. */
  refunded: number
  /** What disputes withdrew and did not return. */
  disputed: number
}

/** Adds up the balance transactions of each payment intent. Intents without any are left out. */
export function books(scope: Scope): BookedPayment[] {
  const payments = new Map<string, BookedPayment>()
  for (const { amount, currency, reporting_category: kind, source } of scope.all('balance_transaction')) {
    const intent = intentOf(scope, String(source))
    const payment = payments.get(intent) ?? {
      payment_intent: intent,
      currency,
      captured: 0,
      refunded: 0,
      disputed: 0,
    }
    payments.set(intent, payment)
    if (kind === 'charge') payment.captured += amount
    else if (kind.startsWith('refund')) payment.refunded -= amount
    else payment.disputed -= amount
  }
  return [...payments.values()]
}

function intentOf(scope: Scope, source: string): string {
  const item = scope.find('charge', source) ?? scope.find('refund', source) ?? scope.find('dispute', source)
  return String(item?.payment_intent)
}
