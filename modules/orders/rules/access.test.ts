import { describe, expect, it } from 'vitest'
import { type Caller, guest, system } from '#runtime/contract/caller.ts'
import { hashSecret } from '#shared/secrets.ts'
import { mayCancel, mayRead } from './access.ts'

const guestOrder = { customerId: null, tokenHash: hashSecret('crt_mine') }
const customerOrder = { customerId: 'cus_1', tokenHash: hashSecret('crt_mine') }
const holder: Caller = { kind: 'guest', bearer: 'crt_mine' }

function customer(customerId: string, bearer?: string): Caller {
  return { kind: 'customer', customerId, sessionId: 'ses_1', ...(bearer ? { bearer } : {}) }
}

function staff(...permissions: string[]): Caller {
  return { kind: 'staff', staffId: 'stf_1', permissions }
}

describe('mayRead()', () => {
  it("lets a caller with the cart's token read a guest's order, logged in or not", () => {
    expect(mayRead(guestOrder, holder)).toBe(true)
    expect(mayRead(guestOrder, customer('cus_1', 'crt_mine'))).toBe(true)
  })

  it("lets a caller with a key read a guest's order, but not a customer's", () => {
    expect(mayRead({ ...guestOrder, hasKey: true }, guest)).toBe(true)
    expect(mayCancel({ ...guestOrder, hasKey: true, status: 'confirmed' }, guest)).toBe(true)
    expect(mayRead({ ...customerOrder, hasKey: true }, guest)).toBe(false)
  })

  it('refuses callers without the token', () => {
    for (const caller of [
      guest,
      { kind: 'guest', bearer: 'crt_yours' } as const,
      customer('cus_1'),
      customer('cus_1', 'crt_yours'),
    ]) {
      expect(mayRead(guestOrder, caller)).toBe(false)
    }
  })

  it("lets only the customer read their order, and no other caller even with the cart's token", () => {
    expect(mayRead(customerOrder, customer('cus_1'))).toBe(true)
    for (const caller of [guest, holder, customer('cus_2'), customer('cus_2', 'crt_mine')]) {
      expect(mayRead(customerOrder, caller)).toBe(false)
    }
  })

  it('lets staff with the permission and the system read', () => {
    expect(mayRead(customerOrder, staff('orders.read'))).toBe(true)
    expect(mayRead(customerOrder, staff('*'))).toBe(true)
    expect(mayRead(customerOrder, staff('catalog.write', 'orders.write'))).toBe(false)
    expect(mayRead(customerOrder, system('job'))).toBe(true)
  })
})

describe('mayCancel()', () => {
  it('lets the owner cancel until the order is fulfilled', () => {
    expect(mayCancel({ ...guestOrder, status: 'pending' }, holder)).toBe(true)
    expect(mayCancel({ ...guestOrder, status: 'confirmed' }, holder)).toBe(true)
    expect(mayCancel({ ...guestOrder, status: 'fulfilled' }, holder)).toBe(false)
    expect(mayCancel({ ...guestOrder, status: 'cancelled' }, holder)).toBe(false)
  })

  it('requires the permission `orders.write` of staff: `orders.read` is not enough', () => {
    expect(mayCancel({ ...guestOrder, status: 'confirmed' }, staff('orders.read'))).toBe(false)
    expect(mayCancel({ ...guestOrder, status: 'confirmed' }, staff('orders.write'))).toBe(true)
  })
})
