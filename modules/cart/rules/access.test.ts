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
    [true, "of a guest's cart for a guest with its token", guestCart, { ...guest, bearer: token }],
    [false, "of a guest's cart for a guest without a token", guestCart, guest],
    [false, "of a guest's cart for a guest with another token", guestCart, { ...guest, bearer: 'crt_other' }],
    [
      false,
      "of a guest's cart for a guest who sends the hash as the token",
      guestCart,
      { ...guest, bearer: guestCart.tokenHash },
    ],
    [true, "of a guest's cart for a customer with its token", guestCart, customer('cus_1', token)],
    [false, "of a guest's cart for a customer without a token", guestCart, customer('cus_1')],
    [true, "of a customer's cart for this customer", ownedCart, customer('cus_1')],
    [false, "of a customer's cart for another customer", ownedCart, customer('cus_2')],
    [false, "of a customer's cart for another customer with its token", ownedCart, customer('cus_2', token)],
    [false, "of a customer's cart for a guest with its token", ownedCart, { ...guest, bearer: token }],
    [
      false,
      "of a guest's cart for staff",
      guestCart,
      { kind: 'staff' as const, staffId: 'stf_1', permissions: ['*'] },
    ],
    [true, "of a guest's cart for the shop itself", guestCart, system('job')],
  ])('is %s %s', (expected, _case, cart, caller) => {
    expect(mayUse(cart, caller)).toBe(expected)
  })
})
