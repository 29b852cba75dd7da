import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isClosed, nextStatus, type ProviderStatus, type Status, statusesBefore } from './next-status.ts'

const reports: ProviderStatus[] = [
  'requires_action',
  'authorized',
  'succeeded',
  'declined',
  'voided',
  'refunded',
]

/** Possible histories of a charge at a provider. */
const histories: ProviderStatus[][] = [
  ['succeeded'],
  ['declined'],
  ['succeeded', 'refunded'],
  ['requires_action', 'succeeded'],
  ['requires_action', 'declined'],
  ['requires_action', 'voided'],
  ['requires_action', 'succeeded', 'refunded'],
  ['authorized', 'succeeded'],
  ['authorized', 'voided'],
  ['requires_action', 'authorized', 'succeeded', 'refunded'],
]

describe('nextStatus()', () => {
  it('accepts every report for a new payment', () => {
    for (const status of reports) expect(nextStatus('created', status)).toBe(status)
  })

  it('keeps a success when an outdated report arrives', () => {
    for (const late of ['requires_action', 'authorized', 'declined', 'voided'] as const) {
      expect(nextStatus('succeeded', late)).toBe('succeeded')
    }
  })

  it('accepts a refund after a success', () => {
    expect(nextStatus('succeeded', 'refunded')).toBe('refunded')
  })

  it('keeps the status of a closed payment for every report', () => {
    for (const closed of ['declined', 'voided', 'refunded'] as const) {
      for (const late of reports) expect(nextStatus(closed, late)).toBe(closed)
    }
  })

  it("ends with the provider's last status for reports in any order and with repeats", () => {
    const delivered = fc
      .constantFrom(...histories)
      .chain((history) =>
        fc
          .tuple(fc.array(fc.constantFrom(...history), { maxLength: 8 }), fc.constant(history))
          .chain(([repeats, all]) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray([...all, ...repeats], { minLength: all.length + repeats.length }),
            ),
          ),
      )
    fc.assert(
      fc.property(delivered, ([history, messages]) => {
        expect(messages.reduce<Status>(nextStatus, 'created')).toBe(history.at(-1))
      }),
    )
  })

  it('never goes back to an earlier status', () => {
    const rank: Record<Status, number> = {
      created: 0,
      requires_action: 1,
      authorized: 2,
      succeeded: 3,
      declined: 4,
      voided: 4,
      refunded: 4,
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...reports), { maxLength: 20 }), (messages) => {
        let status: Status = 'created'
        for (const message of messages) {
          const next = nextStatus(status, message)
          expect(next === status || rank[next] > rank[status]).toBe(true)
          if (isClosed(status)) expect(next).toBe(status)
          status = next
        }
      }),
    )
  })
})

describe('statusesBefore()', () => {
  it('returns exactly the statuses that nextStatus() changes', () => {
    const all: Status[] = ['created', ...reports]
    for (const message of reports) {
      expect([...statusesBefore(message)]).toEqual(
        all.filter((status) => nextStatus(status, message) !== status),
      )
    }
  })
})
