import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOver, type News, nextStatus, type Status, statusesBefore } from './next-status.ts'

const news: News[] = ['requires_action', 'authorized', 'succeeded', 'declined', 'voided', 'refunded']

/** What a provider can go through with one charge. */
const histories: News[][] = [
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
  it('goes from a fresh payment to whatever the provider says', () => {
    for (const status of news) expect(nextStatus('created', status)).toBe(status)
  })

  it('keeps a success when older news comes after it', () => {
    for (const late of ['requires_action', 'authorized', 'declined', 'voided'] as const) {
      expect(nextStatus('succeeded', late)).toBe('succeeded')
    }
  })

  it('lets a refund follow a success', () => {
    expect(nextStatus('succeeded', 'refunded')).toBe('refunded')
  })

  it('keeps what is over, whatever news comes', () => {
    for (const over of ['declined', 'voided', 'refunded'] as const) {
      for (const late of news) expect(nextStatus(over, late)).toBe(over)
    }
  })

  it("ends where the provider's history ends, in any order and any number of times", () => {
    const delivered = fc
      .constantFrom(...histories)
      .chain((history) =>
        fc
          .tuple(fc.array(fc.constantFrom(...history), { maxLength: 8 }), fc.constant(history))
          .chain(([again, all]) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }),
            ),
          ),
      )
    fc.assert(
      fc.property(delivered, ([history, messages]) => {
        expect(messages.reduce<Status>(nextStatus, 'created')).toBe(history.at(-1))
      }),
    )
  })

  it('never goes back, whatever a provider sends', () => {
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
      fc.property(fc.array(fc.constantFrom(...news), { maxLength: 20 }), (messages) => {
        let status: Status = 'created'
        for (const message of messages) {
          const next = nextStatus(status, message)
          expect(next === status || rank[next] > rank[status]).toBe(true)
          expect(isOver(status) ? next : status).toBe(status)
          status = next
        }
      }),
    )
  })
})

describe('statusesBefore()', () => {
  it('names just the statuses that nextStatus() changes', () => {
    const all: Status[] = ['created', ...news]
    for (const message of news) {
      expect([...statusesBefore(message)]).toEqual(
        all.filter((status) => nextStatus(status, message) !== status),
      )
    }
  })
})
