import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { audit } from './audit.ts'

const ORDERS = 100_000
const total = { amount: 500, currency: 'EUR' }
const zero = { amount: 0, currency: 'EUR' }
const id = (prefix: string, nth: number) => `${prefix}_${String(nth).padStart(26, '0')}`
const lines = () => [
  { variantId: id('var', 1), quantity: 1 },
  { variantId: id('var', 2), quantity: 2 },
]
const order = (nth: number) => ({
  orderId: id('ord', nth),
  intentId: id('pay', nth),
  cartId: id('crt', nth),
  status: 'confirmed',
  total: { ...total },
  lines: lines(),
  promotions: 1,
  placedAt: '2026-01-01T00:00:00.000Z',
})
const intent = (nth: number) => ({
  id: id('pay', nth),
  orderId: id('ord', nth),
  status: 'succeeded',
  amount: { ...total },
  captured: { ...total },
  refunded: { ...zero },
})
const reservation = (nth: number) => ({ reservationId: id('ord', nth), status: 'taken', lines: lines() })
const redemption = (nth: number) => ({ orderId: id('ord', nth), promotionIds: [id('prm', 1)] })
const confirmation = (nth: number) => ({ orderId: id('ord', nth), count: 1 })

it('audit() needs constant memory for 100,000 orders', async () => {
  let highest = 0
  const page = async <Item>(
    create: (nth: number) => Item,
    { after = '', limit }: { after?: string; limit: number },
  ) => {
    const first = after === '' ? 0 : Number(after.slice('ord_'.length)) + 1
    if (first % 20_000 === 0) highest = Math.max(highest, heapAfterCollection())
    return Array.from({ length: Math.max(0, Math.min(limit, ORDERS - first)) }, (_, nth) =>
      create(first + nth),
    )
  }
  type PageRequest = { after?: string; limit: number }
  const calls = {
    orders: { auditOrders: async (from: PageRequest) => ({ orders: await page(order, from) }) },
    payments: { auditPayments: async (from: PageRequest) => ({ intents: await page(intent, from) }) },
    inventory: {
      auditStock: async (from: PageRequest) => ({
        reservations: await page(reservation, from),
        problems: [],
      }),
    },
    pricing: {
      auditPromotions: async (from: PageRequest) => ({ redemptions: await page(redemption, from) }),
    },
    cart: { auditCarts: async () => ({ carts: [] }) },
    catalog: { auditPrices: async () => ({ currency: 'EUR', foreign: [] }) },
    notifications: {
      auditMessages: async (from: PageRequest) => ({ confirmations: await page(confirmation, from) }),
    },
  }
  const before = heapAfterCollection()
  const { problems, counts } = await audit({ callsAs: () => calls, backlog: async () => [] } as never)
  expect({ problems, orders: counts.orders, payments: counts.payments }).toEqual({
    problems: [],
    orders: ORDERS,
    payments: ORDERS,
  })
  // Enough for a few pages of a thousand records of each kind, and not for all records.
  expect(highest - before).toBeLessThan(8_000_000)
}, 60_000)

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}
