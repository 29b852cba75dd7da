import { expect, it } from 'vitest'
import { auditRunning } from './audit.ts'

/** A shop that returns, at each audit, the next of these lists of payments without orders. */
function shopWith(
  paymentsPerAudit: string[][],
  foreignPrices: { currency: string; variants: number }[] = [],
) {
  let audits = 0
  const calls = {
    orders: { auditOrders: async () => ({ orders: [] }) },
    payments: {
      auditPayments: async () => ({
        intents: (paymentsPerAudit[audits++] ?? []).map((id) => ({ id, orderId: `ord_of_${id}` })),
      }),
    },
    inventory: { auditStock: async () => ({ reservations: [], problems: [] }) },
    pricing: { auditPromotions: async () => ({ problems: [], redemptions: [] }) },
    cart: { auditCarts: async () => ({ carts: [] }) },
    catalog: { auditPrices: async () => ({ currency: 'EUR', foreign: foreignPrices }) },
    notifications: { auditMessages: async () => ({ confirmations: [] }) },
  }
  return { shop: { callsAs: () => calls, backlog: async () => [] } as never, audits: () => audits }
}

const problemsOf = async (paymentsPerAudit: string[][]) => {
  const { shop, audits } = shopWith(paymentsPerAudit)
  const { problems } = await auditRunning(shop, { maxAudits: 4, pauseMs: 1 })
  return { problems, audits: audits() }
}

it('ignores problems that disappear while the shop sells', async () => {
  expect(await problemsOf([['pay_1', 'pay_2'], ['pay_2', 'pay_3'], ['pay_4']])).toEqual({
    problems: [],
    audits: 3,
  })
})

it('reports a problem that remains in all audits', async () => {
  const wrong = 'payment pay_1: the order ord_of_pay_1 does not exist, or names another payment'
  expect(await problemsOf([['pay_1'], ['pay_1', 'pay_2'], ['pay_1', 'pay_2'], ['pay_1', 'pay_2']])).toEqual({
    problems: [wrong],
    audits: 4,
  })
})

it('treats the emails of different orders as different problems', async () => {
  let audits = 0
  const { shop } = shopWith([])
  const calls = (shop as { callsAs: () => Record<string, object> }).callsAs()
  const auditMessages = async () => ({ confirmations: [{ orderId: `ord_${audits++}`, count: 2 }] })
  const mailing = { ...(shop as object), callsAs: () => ({ ...calls, notifications: { auditMessages } }) }
  expect((await auditRunning(mailing as never, { maxAudits: 4, pauseMs: 1 })).problems).toEqual([])
})

it('audits a shop without problems once', async () => {
  expect(await problemsOf([[]])).toEqual({ problems: [], audits: 1 })
})

it('reports what pricing finds, and orders whose promotions do not count as used', async () => {
  const { shop } = shopWith([])
  const calls = (shop as { callsAs: () => Record<string, object> }).callsAs()
  const auditPromotions = async () => ({
    problems: ['promotion prm_1: its counter is 3, but 2 orders with its limit redeemed it'],
    redemptions: [{ orderId: 'ord_1', promotionIds: ['prm_1'] }],
  })
  const counting = { ...(shop as object), callsAs: () => ({ ...calls, pricing: { auditPromotions } }) }
  const { problems, counts } = await auditRunning(counting as never, { maxAudits: 2, pauseMs: 1 })
  expect(problems).toEqual([
    'promotion prm_1: its counter is 3, but 2 orders with its limit redeemed it',
    'promotions of order ord_1: 1 count as used, but the order does not exist, is cancelled or has none',
  ])
  expect(counts.redemptions).toBe(1)
})

it('reports prices in another currency than that of the shop', async () => {
  const { shop } = shopWith([], [{ currency: 'USD', variants: 3 }])
  const { problems } = await auditRunning(shop, { maxAudits: 1 })
  expect(problems).toEqual([
    expect.stringMatching(/^PANDO_CURRENCY is EUR, .* \(3 in USD\), which cannot be sold/),
  ])
})
