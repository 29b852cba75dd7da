import { describe, expect, it } from 'vitest'
import { canBecome, type Status, statusesBefore } from './transitions.ts'

const all: Status[] = ['pending', 'confirmed', 'fulfilled', 'cancelled']

describe('canBecome()', () => {
  it('lets an order be confirmed once, and only from pending', () => {
    expect(all.filter((status) => canBecome(status, 'confirmed'))).toEqual(['pending'])
  })

  it('lets only a confirmed order be fulfilled', () => {
    expect(all.filter((status) => canBecome(status, 'fulfilled'))).toEqual(['confirmed'])
  })

  it('lets an order be cancelled until it is fulfilled', () => {
    expect(all.filter((status) => canBecome(status, 'cancelled'))).toEqual(['pending', 'confirmed'])
  })

  it('lets no fulfilled or cancelled order change', () => {
    for (const final of ['fulfilled', 'cancelled'] as const) {
      expect(all.filter((status) => canBecome(final, status))).toEqual([])
    }
  })
})

describe('statusesBefore()', () => {
  it('agrees with canBecome()', () => {
    for (const to of all) expect(statusesBefore(to)).toEqual(all.filter((from) => canBecome(from, to)))
  })
})
