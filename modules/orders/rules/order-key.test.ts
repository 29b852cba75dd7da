import { describe, expect, it } from 'vitest'
import { opensOrder, orderKey, orderKeyEnd } from './order-key.ts'

const secret = Buffer.alloc(32, 1)
const now = new Date('2026-06-01T12:00:00Z')
const end = orderKeyEnd(now)
const key = orderKey(secret, 'ord_1', end)

describe('opensOrder()', () => {
  it('accepts the key until it expires', () => {
    expect(opensOrder(secret, 'ord_1', key, now)).toBe(true)
    expect(opensOrder(secret, 'ord_1', key, new Date(end.getTime() - 1))).toBe(true)
    expect(opensOrder(secret, 'ord_1', key, end)).toBe(false)
  })

  it.each([
    ['for another order', key, 'ord_2', secret],
    ['of another deployment', key, 'ord_1', Buffer.alloc(32, 2)],
    ['with a later expiry', key.replace(/_[0-9a-z]+_/, '_zzzzzzz_'), 'ord_1', secret],
    ['with another MAC', key.replace(/.$/, (last) => (last === '0' ? '1' : '0')), 'ord_1', secret],
    ['that is too short', key.slice(0, -1), 'ord_1', secret],
    ['that is too long', `${key}0`, 'ord_1', secret],
    ['of another kind', 'crt_mine', 'ord_1', secret],
  ])('refuses a key %s', (_what, refusedKey, orderId, verifyingSecret) => {
    expect(opensOrder(verifyingSecret, orderId, refusedKey, now)).toBe(false)
  })
})

it('orderKey() returns at most 100 letters, digits and underscores', () => {
  expect(key).toMatch(/^\w{1,100}$/)
})
