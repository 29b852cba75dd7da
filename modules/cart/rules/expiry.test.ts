import { describe, expect, it } from 'vitest'
import { expiryAfterUse, expiryOfNewCart, isExpired } from './expiry.ts'

const DAY_MS = 86_400_000
const now = new Date('2026-06-01T12:00:00Z')

function later(ms: number): Date {
  return new Date(now.getTime() + ms)
}

describe('a cart', () => {
  it('expires after 30 idle days', () => {
    const expiresAt = expiryOfNewCart(now)
    expect(isExpired({ status: 'open', expiresAt }, later(30 * DAY_MS - 1))).toBe(false)
    expect(isExpired({ status: 'open', expiresAt }, later(30 * DAY_MS))).toBe(true)
  })

  it('does not expire in checkout', () => {
    expect(isExpired({ status: 'frozen', expiresAt: now }, later(1))).toBe(false)
  })

  it('expires 30 days after a use; a use within an hour of the last extension does not extend it', () => {
    const expiresAt = expiryOfNewCart(now)
    expect(expiryAfterUse(expiresAt, later(3_599_999))).toEqual(expiresAt)
    expect(expiryAfterUse(expiresAt, later(3_600_000))).toEqual(later(30 * DAY_MS + 3_600_000))
    expect(expiryAfterUse(expiresAt, later(DAY_MS))).toEqual(later(31 * DAY_MS))
  })
})
