import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Books } from './books.ts'
import type { AuditedIntent, AuditedOrder, Reservation } from './order-problems.ts'
import { Problems } from './problems.ts'

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

type Read = (books: Books) => void
const confirmed = (nth: number): Read[] => [
  (books) => books.addOrder(order(nth, 'confirmed')),
  (books) => books.addPayment(payment(nth, 500)),
  (books) => books.addReservation(reservation(nth, 'taken')),
  (books) => books.addConfirmation({ orderId: `ord_${nth}`, count: 1 }),
]
const cancelled = (nth: number): Read[] => [
  (books) => books.addOrder(order(nth, 'cancelled')),
  (books) => books.addPayment(payment(nth, 0)),
  (books) => books.addReservation(reservation(nth, 'restocked')),
  (books) => books.addConfirmation({ orderId: `ord_${nth}`, count: 1 }),
]
const pending = (nth: number): Read[] => [
  (books) => books.addOrder(order(nth, 'pending')),
  (books) => books.addPayment(payment(nth, 0)),
  (books) => books.addReservation(reservation(nth, 'active')),
  (books) => books.addCart({ cartId: `crt_${nth}`, orderId: `ord_${nth}` }),
]
const wrong: Read[] = [
  (books) => books.addPayment(payment(7, 500, 1)),
  (books) => books.addCart({ cartId: 'crt_8', orderId: 'ord_1' }),
  (books) => books.addReservation(reservation(9, 'active')),
  (books) => books.addConfirmation({ orderId: 'ord_9', count: 2 }),
]

function problemsOf(reads: readonly Read[]): string[] {
  const problems = new Problems()
  const books = new Books(problems, false)
  for (const read of reads) read(books)
  books.close()
  return problems.report.problems.sort()
}

it('what adds up does so in whatever order it is read', () => {
  const all = [...confirmed(1), ...cancelled(2), ...pending(3), ...cancelled(4).slice(0, 3)]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (reads) => {
      expect(problemsOf(reads)).toEqual([])
    }),
  )
})

it('what does not add up is found in whatever order it is read', () => {
  const all = [...confirmed(1), ...wrong]
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (reads) => {
      expect(problemsOf(reads)).toEqual([
        'cart crt_8: it is frozen for order ord_1, which is not pending',
        'mail of order ord_9: it was confirmed 2 times',
        'mail of order ord_9: it was confirmed, but does not exist',
        'payment pay_7: there is no order ord_1 that names it',
        'reservation ord_9: it is active, but there is no such order',
      ])
    }),
  )
})

it.each([
  ['its payment', 1, 'order ord_1: it is confirmed, but its payment pay_1 does not exist'],
  ['its reservation', 2, 'order ord_1: it is confirmed, but its stock was never reserved'],
  ['its mail', 3, 'mail of order ord_1: it is confirmed, but was never confirmed by mail'],
])('a confirmed order without %s is a problem', (_, missing, problem) => {
  expect(problemsOf(confirmed(1).filter((_read, nth) => nth !== missing))).toEqual([problem])
})

it.each([
  ['succeeded', 0, 0, 'payment pay_1: it is succeeded, but 0 of 500 are captured'],
  ['refunded', 499, 499, 'payment pay_1: it is refunded, but 499 of 500 are captured'],
  ['refunded', 500, 1, 'payment pay_1: it is refunded, but 1 of 500 went back'],
] as const)(
  'a payment that is %s with %d captured and %d refunded is a problem, whatever its order is',
  (...row) => {
    const [status, captured, refunded, problem] = row
    const intent = { ...payment(1, captured), status, captured: euros(captured), refunded: euros(refunded) }
    const reads = cancelled(1).filter((_read, nth) => nth !== 1)
    expect(problemsOf([...reads, (books) => books.addPayment(intent)])).toContain(problem)
  },
)

it('a payment without an order is a problem, unless it was undone before anybody paid', () => {
  const found = (status: AuditedIntent['status'], captured: number) =>
    problemsOf([(books) => books.addPayment({ ...payment(7, captured), status })])
  const wrong = ['payment pay_7: there is no order ord_7 that names it']
  expect(found('declined', 0)).toEqual([])
  expect(found('voided', 0)).toEqual([])
  expect(found('created', 0)).toEqual(wrong)
  expect(found('requires_action', 0)).toEqual(wrong)
  expect(found('declined', 500)).toEqual(wrong)
  expect(found('succeeded', 500)).toEqual(wrong)
})

it('names so many problems, and counts the others', () => {
  const problems = new Problems()
  for (let nth = 0; nth < 10_003; nth++) problems.add(`order ord_${nth}: it is wrong`)
  const { problems: named, more } = problems.report
  expect([named.length, more]).toEqual([10_000, 3])
})
