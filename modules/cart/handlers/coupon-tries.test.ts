import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '#runtime/contract/caller.ts'
import type { Failure } from '#runtime/contract/failure.ts'
import { newId } from '#shared/ids.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { newGuest } from './testing.ts'

const MINUTE_MS = 60_000

let shop: TestShop
beforeAll(async () => {
  // Loopback sends every call twice, and would count each refused code twice.
  shop = await openShop({ modules: ['cart'], loopback: false, http: true })
})
afterAll(() => shop.stop())
// Ends the windows in which the previous test has tried codes
beforeEach(() => shop.clock.advance(15 * MINUTE_MS))

interface Guest {
  cartId: string
  caller: Caller
}

async function guest(): Promise<Guest> {
  const { cartId, token } = await newGuest(shop)
  return { cartId, caller: { kind: 'guest', bearer: token } }
}

/** Tries a coupon code. Returns the code of the failure, or `applied`. */
function tryFrom(clientNetwork: string, { cartId, caller }: Guest, code: string): Promise<string> {
  return shop.shop.dispatcher.callFrom(caller, 'cart', 'addCoupon', { cartId, code }, { clientNetwork }).then(
    () => 'applied',
    (failure: Failure) => failure.code,
  )
}

function count(outcomes: readonly string[], code: string): number {
  return outcomes.filter((each) => each === code).length
}

describe('addCoupon()', () => {
  it('lets a guest try ten unknown codes, also in parallel, and refuses every code after that', async () => {
    const one = await guest()
    const guesses = await Promise.all(
      Array.from({ length: 15 }, (_, nth) => tryFrom('198.51.100.1', one, `GUESS${nth}`)),
    )
    expect([count(guesses, 'COUPON_UNKNOWN'), count(guesses, 'TOO_MANY_ATTEMPTS')]).toEqual([10, 5])
    expect(await tryFrom('198.51.100.1', one, 'WELCOME10')).toBe('TOO_MANY_ATTEMPTS')
    // A change of network does not help this guest, and other guests are not affected.
    expect(await tryFrom('203.0.113.7', one, 'GUESS')).toBe('TOO_MANY_ATTEMPTS')
    expect(await tryFrom('198.51.100.1', await guest(), 'WELCOME10')).toBe('applied')
    shop.clock.advance(15 * MINUTE_MS)
    expect(await tryFrom('198.51.100.1', one, 'WELCOME10')).toBe('applied')
  })

  it('lets one network try fifty unknown codes, in any number of carts', async () => {
    const guests = await Promise.all(Array.from({ length: 12 }, guest))
    const outcomes = await Promise.all(
      guests.flatMap((each) =>
        Array.from({ length: 5 }, (_, nth) => tryFrom('198.51.100.2', each, `GUESS${nth}`)),
      ),
    )
    expect([count(outcomes, 'COUPON_UNKNOWN'), count(outcomes, 'TOO_MANY_ATTEMPTS')]).toEqual([50, 10])
    expect(await tryFrom('198.51.100.2', await guest(), 'WELCOME10')).toBe('TOO_MANY_ATTEMPTS')
    expect(await tryFrom('203.0.113.8', await guest(), 'WELCOME10')).toBe('applied')
  })

  it('counts the tries of a customer over all their carts, and ignores tries on carts that the caller may not use', async () => {
    const caller: Caller = { kind: 'customer', customerId: 'cus_guesser', sessionId: 'ses_1' }
    const { id: cartId } = await shop.as(caller).cart.createCart({})
    const outcomes: string[] = []
    // Each try comes from another network, so that no limit of a network applies
    for (let nth = 0; nth < 11; nth++)
      outcomes.push(await tryFrom(`10.0.0.${nth}`, { cartId, caller }, 'GUESS'))
    expect(outcomes.at(-1)).toBe('TOO_MANY_ATTEMPTS')
    // With the first cart in checkout, the customer can open a second one
    await shop.calls.cart.freezeCart({ cartId, version: 1, orderId: newId('ord') })
    const { id: secondCartId } = await shop.as(caller).cart.createCart({})
    expect(secondCartId).not.toBe(cartId)
    expect(await tryFrom('10.0.0.99', { cartId: secondCartId, caller }, 'WELCOME10')).toBe(
      'TOO_MANY_ATTEMPTS',
    )

    const owner = await guest()
    const stranger: Guest = { ...owner, caller: { kind: 'guest', bearer: 'crt_0123456789' } }
    for (let nth = 0; nth < 11; nth++)
      expect(await tryFrom(`10.0.1.${nth}`, stranger, 'GUESS')).toBe('CART_NOT_FOUND')
    expect(await tryFrom('10.0.2.1', owner, 'WELCOME10')).toBe('applied')
  })

  it('answers 429 with the time to wait', async () => {
    const { cartId, token } = await newGuest(shop)
    const applyGuess = () =>
      fetch(`${shop.origin}/api/v1/carts/${cartId}/coupons`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ code: 'GUESS' }),
      })
    for (let nth = 0; nth < 10; nth++) expect((await applyGuess()).status).toBe(422)
    const refused = await applyGuess()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900'])
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
  })

  it('checks the limit of a known code in one statement, and deletes counts whose window has ended', async () => {
    const one = await guest()
    const statements = await shop.statementsDuring(() => tryFrom('198.51.100.9', one, 'WELCOME10'))
    expect(statements.filter((statement) => statement.includes('coupon_try'))).toHaveLength(1)
    await tryFrom('198.51.100.9', one, 'GUESS')
    await shop.runJob('cart.deleteExpired')
    const subjects = () =>
      shop.sql<{ subject: string }[]>`select subject from cart.coupon_try where subject = ${one.cartId}`
    expect(await subjects()).toHaveLength(1)
    shop.clock.advance(15 * MINUTE_MS)
    await shop.runJob('cart.deleteExpired')
    expect(await subjects()).toEqual([])
  })
})
