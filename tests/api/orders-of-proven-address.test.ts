import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Session } from '#modules/accounts/contract.ts'
import {
  callerOf,
  confirmEmail,
  newCustomer,
  PASSWORD,
  replaceMailToken,
} from '#modules/accounts/testing/people.ts'
import type { Order } from '#modules/orders/contract.ts'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import type { Caller } from '#runtime/contract/caller.ts'
import { openShop, type TestShop } from '#tests/support/shop.ts'

let shop: TestShop
let variantId: string
beforeAll(async () => {
  shop = await openShop()
  variantId = await createProduct(shop, 100)
})
afterAll(() => shop.stop())

/** Places an order as a guest with this email address. Returns it with the guest's caller. */
async function orderAsGuest(email: string): Promise<{ order: Order; guest: Caller }> {
  const shopper = await fillCart(shop, { [variantId]: 1 }, undefined, email)
  return { order: await placeOrder(shop, shopper), guest: shopper.caller }
}

async function ordersOf(session: Session) {
  return shop.as(await callerOf(shop, session)).orders
}

async function listed(session: Session, limit = 100): Promise<string[]> {
  return (await (await ordersOf(session)).listMyOrders({ limit })).items.map(({ id }) => id)
}

const refused = { code: 'ORDER_NOT_FOUND' }

test("a guest's order appears in the account once its email address is confirmed, ignoring letter case", async () => {
  const { order, guest } = await orderAsGuest('Ada.Guest@Example.com')
  const session = await newCustomer(shop, 'ada.guest@example.com')
  expect(await listed(session)).toEqual([])
  await expect((await ordersOf(session)).getOrder({ orderId: order.id })).rejects.toMatchObject(refused)
  await confirmEmail(shop, session.account.id)
  const mine = await ordersOf(session)
  expect((await mine.listMyOrders({})).items).toEqual([order])
  expect(await mine.getOrder({ orderId: order.id })).toEqual(order)
  expect(await shop.as(guest).orders.getOrder({ orderId: order.id })).toEqual(order)
})

test("a guest's order appears in the account once a password reset has proven its email address", async () => {
  const { order } = await orderAsGuest('reset@example.com')
  const { account } = await newCustomer(shop, 'reset@example.com')
  await shop.calls.accounts.requestPasswordReset({ email: 'reset@example.com' })
  await shop.runJob('accounts.issuePasswordResets')
  const token = await replaceMailToken(shop, account.id, 'password reset')
  await shop.calls.accounts.resetPassword({ token, password: `${PASSWORD} again` })
  const session = await shop.calls.accounts.logIn({
    email: 'reset@example.com',
    password: `${PASSWORD} again`,
  })
  expect(await listed(session)).toEqual([order.id])
})

test("guests' orders after the confirmation are listed with the customer's own, by time and in pages", async () => {
  const email = 'later@example.com'
  const session = await newCustomer(shop, email)
  await confirmEmail(shop, session.account.id)
  const placed: string[] = []
  for (let i = 0; i < 4; i++) {
    const customerCart = await fillCart(shop, { [variantId]: 1 }, session.account.id, email)
    placed.push((await orderAsGuest(email)).order.id, (await placeOrder(shop, customerCart)).id)
  }
  const mine = await ordersOf(session)
  const seen: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await mine.listMyOrders({ limit: 3, ...(cursor ? { cursor } : {}) })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(placed.toReversed())
})

test("a guest's order can be cancelled in the account", async () => {
  const email = 'second-thought@example.com'
  const { order } = await orderAsGuest(email)
  const session = await newCustomer(shop, email)
  await confirmEmail(shop, session.account.id)
  const cancelled = await (await ordersOf(session)).cancelOrder({ orderId: order.id })
  expect(cancelled).toMatchObject({ id: order.id, status: 'cancelled' })
})

test('an unconfirmed account with the same email address sees and changes nothing', async () => {
  const email = 'wanted@example.com'
  const { order } = await orderAsGuest(email)
  const stranger = await newCustomer(shop, email, 'a password of a stranger')
  const owner = await newCustomer(shop, email)
  const seesNothing = async () => {
    const theirs = await ordersOf(stranger)
    expect(await listed(stranger)).toEqual([])
    for (const method of ['getOrder', 'cancelOrder', 'confirmPayment'] as const)
      await expect(theirs[method]({ orderId: order.id })).rejects.toMatchObject(refused)
  }
  await seesNothing()
  await confirmEmail(shop, owner.account.id)
  await seesNothing()
  expect(await listed(owner)).toEqual([order.id])
})

test("a customer's order is not shown to another account with its contact address", async () => {
  const email = 'present@example.com'
  const giver = await newCustomer(shop, 'giver@example.com')
  const order = await placeOrder(shop, await fillCart(shop, { [variantId]: 1 }, giver.account.id, email))
  const receiver = await newCustomer(shop, email)
  await confirmEmail(shop, receiver.account.id)
  expect(await listed(receiver)).toEqual([])
  await expect((await ordersOf(receiver)).getOrder({ orderId: order.id })).rejects.toMatchObject(refused)
})
