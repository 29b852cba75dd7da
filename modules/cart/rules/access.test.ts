import { describe, expect, it } from 'vitest'
import { guest, system } from '#runtime/contract/caller.ts'
import { hashSecret } from '#shared/secrets.ts'
import { mayUse } from './access.ts'

const token = 'crt_secret'
const guestCart = { customerId: null, tokenHash: hashSecret(token) }
const ownedCart = { customerId: 'cus_1', tokenHash: hashSecret(token) }

function customer(customerId: string, bearer?: string) {
  return { kind: 'customer' as const, customerId, sessionId: 'ses_1', ...(bearer ? { bearer } : {}) }
}

describe('mayUse()', () => {
  it.each([
    ['a guest with the token', guestCart, { ...guest, bearer: token }, true],
    ['a guest without it', guestCart, guest, false],
    ['a guest with another one', guestCart, { ...guest, bearer: 'crt_other' }, false],
    ['a guest with the hash for a token', guestCart, { ...guest, bearer: guestCart.tokenHash }, false],
    ['a customer with the token', guestCart, customer('cus_1', token), true],
    ['a customer without it', guestCart, customer('cus_1'), false],
    ['its customer', ownedCart, customer('cus_1'), true],
    ['another customer', ownedCart, customer('cus_2'), false],
    ['another customer with the token', ownedCart, customer('cus_2', token), false],
    ['a guest with the token of a customer’s cart', ownedCart, { ...guest, bearer: token }, false],
    ['staff', guestCart, { kind: 'staff' as const, staffId: 'stf_1', permissions: ['*'] }, false],
    ['the shop itself', guestCart, system('job'), true],
  ])('%s', (_who, cart, caller, expected) => {
    expect(mayUse(cart, caller)).toBe(expected)
  })
})
