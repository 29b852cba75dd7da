import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyOperation, type ChargeInput, type Operation, type TestCharge } from './ledger.ts'

const input: ChargeInput = {
  amount: 1999,
  currency: 'EUR',
  token: 'tok_ok',
  capture: 'automatic',
  actionUrl: 'http://shop.test/confirm',
}

function authorize(token: string, capture: ChargeInput['capture'] = 'automatic'): Operation {
  return { do: 'authorize', key: 'pay_1', input: { ...input, token, capture } }
}

function chargeAfter(...operations: Operation[]): TestCharge | undefined {
  return operations.reduce<TestCharge | undefined>(
    (charge, operation) => applyOperation(charge, operation).charge,
    undefined,
  )
}

describe('applyOperation()', () => {
  it('captures the money for tok_ok', () => {
    expect(chargeAfter(authorize('tok_ok'))).toMatchObject({ status: 'succeeded', captured: 1999 })
  })

  it('only authorises the money for manual capture, and captures it on request', () => {
    expect(chargeAfter(authorize('tok_ok', 'manual'))).toMatchObject({ status: 'authorized', captured: 0 })
    expect(chargeAfter(authorize('tok_ok', 'manual'), { do: 'capture', key: 'pay_1' })).toMatchObject({
      status: 'succeeded',
      captured: 1999,
    })
  })

  it('answers late for tok_timeout, and captures the money', () => {
    const result = applyOperation(undefined, authorize('tok_timeout'))
    expect(result.late).toBe(true)
    expect(result.charge).toMatchObject({ status: 'succeeded', captured: 1999 })
    expect(applyOperation(result.charge, { do: 'retrieve', key: 'pay_1' }).late).toBe(false)
  })

  it('answers 503 to the first request with tok_flaky, and captures the money at the second', () => {
    const first = applyOperation(undefined, authorize('tok_flaky'))
    expect(first.status).toBe(503)
    expect(first.charge?.captured).toBe(0)
    const second = applyOperation(first.charge, authorize('tok_flaky'))
    expect(second.status).toBe(200)
    expect(second.charge).toMatchObject({ status: 'succeeded', captured: 1999 })
  })

  it('waits for the shopper for tok_requires_action, and accepts the first decision only', () => {
    const waiting = chargeAfter(authorize('tok_requires_action'))
    expect(waiting).toMatchObject({
      status: 'requires_action',
      actionUrl: 'http://shop.test/confirm',
      captured: 0,
    })
    const confirmed = applyOperation(waiting, { do: 'decide', key: 'pay_1', decision: 'confirm' }).charge
    expect(confirmed).toMatchObject({ status: 'succeeded', captured: 1999, actionUrl: null })
    expect(applyOperation(confirmed, { do: 'decide', key: 'pay_1', decision: 'refuse' }).charge).toBe(
      confirmed,
    )
    const refused = applyOperation(waiting, { do: 'decide', key: 'pay_1', decision: 'refuse' }).charge
    expect(refused).toMatchObject({ status: 'declined', captured: 0 })
  })

  it('declines tok_declined and unknown tokens, with a reason', () => {
    expect(chargeAfter(authorize('tok_declined'))).toMatchObject({
      status: 'declined',
      reason: 'The card was declined',
    })
    expect(chargeAfter(authorize('tok_stolen'))).toMatchObject({ status: 'declined', captured: 0 })
  })

  it('voids a key that is cancelled before its request arrives', () => {
    const cancelled = chargeAfter({ do: 'cancel', key: 'pay_1' }, authorize('tok_ok'))
    expect(cancelled).toMatchObject({ status: 'voided', captured: 0 })
  })

  it('does not change a captured charge on cancel, and refunds it on refund', () => {
    const paid = chargeAfter(authorize('tok_ok'))
    expect(applyOperation(paid, { do: 'cancel', key: 'pay_1' }).charge).toBe(paid)
    expect(applyOperation(paid, { do: 'refund', key: 'pay_1' }).charge).toMatchObject({
      status: 'refunded',
      refunded: 1999,
    })
  })

  it('answers 409 to capture or refund a declined charge, and 404 for an unknown charge', () => {
    expect(
      applyOperation(chargeAfter(authorize('tok_declined')), { do: 'capture', key: 'pay_1' }).status,
    ).toBe(409)
    expect(
      applyOperation(chargeAfter(authorize('tok_declined')), { do: 'refund', key: 'pay_1' }).status,
    ).toBe(409)
    expect(applyOperation(undefined, { do: 'retrieve', key: 'pay_1' }).status).toBe(404)
  })

  it('never captures twice, refunds more than it captured, or changes a closed charge', () => {
    const operation: fc.Arbitrary<Operation> = fc.oneof(
      fc
        .constantFrom('tok_ok', 'tok_declined', 'tok_requires_action', 'tok_timeout', 'tok_flaky')
        .chain((token) =>
          fc
            .constantFrom('automatic' as const, 'manual' as const)
            .map((capture) => authorize(token, capture)),
        ),
      fc
        .constantFrom('retrieve' as const, 'capture' as const, 'cancel' as const, 'refund' as const)
        .map((verb) => ({
          do: verb,
          key: 'pay_1',
        })),
      fc
        .constantFrom('confirm' as const, 'refuse' as const)
        .map((decision) => ({ do: 'decide' as const, key: 'pay_1', decision })),
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 12 }), (operations) => {
        let charge: TestCharge | undefined
        for (const next of operations) {
          const before = charge
          charge = applyOperation(charge, next).charge
          if (!charge) continue
          expect(charge.captured === 0 || charge.captured === charge.amount).toBe(true)
          expect(charge.refunded <= charge.captured).toBe(true)
          const wasClosed = before && ['declined', 'voided', 'refunded'].includes(before.status)
          if (wasClosed) expect(charge).toEqual(before)
        }
      }),
    )
  })
})
