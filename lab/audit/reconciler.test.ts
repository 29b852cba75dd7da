import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AuditedIntent, AuditedOrder, Reservation } from './order-problems.ts'
import { Problems } from './problems.ts'
import { Reconciler } from './reconciler.ts'

const euros = (amount: number) => ({ amount, currency: 'EUR' })
const lines = [{ variantId: 'var_1', quantity: 2 }]

const order = (nth: number, status: AuditedOrder['status']) => ({
  orderId: `ord_${nth}`,
  intentId: `pay_${nth}`,
  cartId: `crt_${nth}`,
  status,
  total: euros(500),
  lines,
  placedAt: '2026-01-01T00:00:00.000Z',
})
const payment = (nth: number, captured: number, orderNth = nth) =>
  ({
    id: `pay_${nth}`,
    orderId: `ord_${orderNth}`,
    status: captured > 0 ? 'succeeded' : 'voided',
    amount: euros(500),
    captured: euros(captured),
    refunded: euros(0),
  }) as AuditedIntent
const reservation = (nth: number, status: Reservation['status']) => ({
  reservationId: `ord_${nth}`,
  status,
  lines,
})

type Read = (reconciler: Reconciler) => void
const confirmed = (nth: number): Read[] => [
  (reconciler) => reconciler.addOrder(order(nth, 'confirmed')),
  (reconciler) => reconciler.addPayment(payment(nth, 500)),
  (reconciler) => reconciler.addReservation(reservation(nth, 'taken')),
  (reconciler) => reconciler.addConfirmation({ orderId: `ord_${nth}`, count: 1 }),
]
/** `counted`: promotions that count as used. */
const reduced = (nth: number, counted: number): Read[] => [
  ...confirmed(nth).with(0, (reconciler) =>
    reconciler.addOrder({ ...order(nth, 'confirmed'), promotions: 2 }),
  ),
  redeemed(nth, counted),
]
const redeemed =
  (nth: number, counted: number): Read =>
  (reconciler) =>
    reconciler.addRedemption({
      orderId: `ord_${nth}`,
      promotionIds: Array.from({ length: counted }, (_, at) => `prm_${at}`),
    })
const cancelled = (nth: number): Read[] => [
  (reconciler) => reconciler.addOrder(order(nth, 'cancelled')),
  (reconciler) => reconciler.addPayment(payment(nth, 0)),
  (reconciler) => reconciler.addReservation(reservation(nth, 'restocked')),
  (reconciler) => reconciler.addConfirmation({ orderId: `ord_${nth}`, count: 1 }),
]
const pending = (nth: number): Read[] => [
  (reconciler) => reconciler.addOrder(order(nth, 'pending')),
  (reconciler) => reconciler.addPayment(payment(nth, 0)),
  (reconciler) => reconciler.addReservation(reservation(nth, 'active')),
  (reconciler) => reconciler.addCart({ cartId: `crt_${nth}`, orderId: `ord_${nth}` }),
]
const wrong: Read[] = [
  (reconciler) => reconciler.addPayment(payment(7, 500, 1)),
  (reconciler) => reconciler.addCart({ cartId: 'crt_8', orderId: 'ord_1' }),
  (reconciler) => reconciler.addReservation(reservation(9, 'active')),
  (reconciler) => reconciler.addConfirmation({ orderId: 'ord_9', count: 2 }),
]

function problemsOf(reads: readonly Read[]): string[] {
  const problems = new Problems()
  const reconciler = new Reconciler(problems, { areEventsWaiting: false })
  for (const read of reads) read(reconciler)
  reconciler.close()
  return problems.report.problems.sort()
}

it('finds no problem in consistent records, in any sequence', () => {
  const cancelledWithoutEmail = cancelled(4).slice(0, 3)
  const all = [...confirmed(1), ...cancelled(2), ...pending(3), ...cancelledWithoutEmail, ...reduced(5, 2)]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (reads) => {
      expect(problemsOf(reads)).toEqual([])
    }),
  )
})

it('finds all problems, in any sequence of records', () => {
  const all = [...confirmed(1), ...wrong]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (reads) => {
      expect(problemsOf(reads)).toEqual([
        'cart crt_8: it is frozen for order ord_1, which is not pending',
        'email of order ord_9: 2 confirmations were sent',
        'email of order ord_9: a confirmation was sent, but the order does not exist',
        'payment pay_7: the order ord_1 does not exist, or names another payment',
        'reservation ord_9: it is active, but there is no such order',
      ])
    }),
  )
})

it.each([
  ['its payment', 1, 'order ord_1: it is confirmed, but its payment pay_1 does not exist'],
  ['its reservation', 2, 'order ord_1: it is confirmed, but it has no reservation'],
  ['its email', 3, 'email of order ord_1: the order is confirmed, but no confirmation was sent'],
])('reports a confirmed order without %s', (_, missing, problem) => {
  expect(problemsOf(confirmed(1).filter((_read, nth) => nth !== missing))).toEqual([problem])
})

it.each([
  ['succeeded', 0, 0, 'payment pay_1: it is succeeded, but €0.00 of €5.00 was captured'],
  ['refunded', 499, 499, 'payment pay_1: it is refunded, but €4.99 of €5.00 was captured'],
  ['refunded', 500, 1, 'payment pay_1: it is refunded, but €0.01 of €5.00 was refunded'],
] as const)(
  'reports a payment of 500 that is %s with %d captured and %d refunded, regardless of its order',
  (...row) => {
    const [status, captured, refunded, problem] = row
    const intent = { ...payment(1, captured), status, captured: euros(captured), refunded: euros(refunded) }
    const reads = cancelled(1).filter((_read, nth) => nth !== 1)
    expect(problemsOf([...reads, (reconciler) => reconciler.addPayment(intent)])).toContain(problem)
  },
)

/** The records with another payment (`confirmed` and `cancelled` have it second) or reservation (third). */
const withPayment = (reads: Read[], intent: AuditedIntent) =>
  reads.with(1, (reconciler) => reconciler.addPayment(intent))
const withReservation = (reads: Read[], changed: Reservation) =>
  reads.with(2, (reconciler) => reconciler.addReservation(changed))

it.each([
  [
    'a confirmed order that is not paid',
    withPayment(confirmed(1), payment(1, 0)),
    'order ord_1: it is confirmed, but €0.00 of €5.00 is paid',
  ],
  [
    'a cancelled order whose payment was not refunded',
    withPayment(cancelled(1), payment(1, 500)),
    'order ord_1: it is cancelled, but €5.00 of its payment pay_1 (succeeded) was not refunded',
  ],
  [
    'an order whose payment has another amount',
    withPayment(confirmed(1), { ...payment(1, 500), amount: euros(400), captured: euros(400) }),
    'order ord_1: its payment is for €4.00, the order for €5.00',
  ],
  [
    'a confirmed order whose stock is still reserved',
    withReservation(confirmed(1), reservation(1, 'active')),
    'order ord_1: it is confirmed, but its reservation is active',
  ],
  [
    'an order with other quantities than its reservation',
    withReservation(confirmed(1), {
      ...reservation(1, 'taken'),
      lines: [{ variantId: 'var_1', quantity: 1 }],
    }),
    'order ord_1: its lines differ from those of its reservation',
  ],
])('reports %s', (_, reads, problem) => {
  expect(problemsOf(reads)).toEqual([problem])
})

it.each([
  ['no promotion of which', reduced(1, 2).slice(0, -1), '2 reduced it, but 0 count as used'],
  ['fewer promotions of which', reduced(1, 1), '2 reduced it, but 1 count as used'],
  ['other promotions of which', [redeemed(1, 1), ...confirmed(1)], '0 reduced it, but 1 count as used'],
])('reports an order with %s count as used', (_, reads, problem) => {
  expect(problemsOf(reads)).toEqual([`promotions of order ord_1: ${problem}`])
})

it('reports promotions that count as used by a cancelled order or by none, in any sequence of records', () => {
  const all = [...cancelled(1), redeemed(1, 1)]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (reads) => {
      const [problem, ...others] = problemsOf(reads)
      expect(problem).toMatch(/^promotions of order ord_1: .*is cancelled/)
      expect(others).toEqual([])
    }),
  )
  expect(problemsOf([redeemed(9, 2)])).toEqual([
    'promotions of order ord_9: 2 count as used, but the order does not exist, is cancelled or has none',
  ])
})

it('reports a payment without an order, unless it was declined or voided and has captured no money', () => {
  const problemsOfPayment = (status: AuditedIntent['status'], captured: number) =>
    problemsOf([(reconciler) => reconciler.addPayment({ ...payment(7, captured), status })])
  const noOrder = ['payment pay_7: the order ord_7 does not exist, or names another payment']
  expect(problemsOfPayment('declined', 0)).toEqual([])
  expect(problemsOfPayment('voided', 0)).toEqual([])
  expect(problemsOfPayment('created', 0)).toEqual(noOrder)
  expect(problemsOfPayment('requires_action', 0)).toEqual(noOrder)
  expect(problemsOfPayment('declined', 500)).toEqual(noOrder)
  expect(problemsOfPayment('succeeded', 500)).toEqual(noOrder)
})

it('lists 10,000 problems, and counts the others', () => {
  const problems = new Problems()
  for (let nth = 0; nth < 10_003; nth++) problems.add(`order ord_${nth}: it is wrong`)
  const { problems: named, more } = problems.report
  expect([named.length, more]).toEqual([10_000, 3])
})
