import { expect, it } from 'vitest'
import { auditRunning } from './audit.ts'

/** A shop that shows at each look these payments of orders that do not exist. */
function shopWith(looks: string[][], foreignPrices: { currency: string; variants: number }[] = []) {
  let look = 0
  const calls = {
    orders: { auditOrders: async () => ({ orders: [] }) },
    payments: {
      auditPayments: async () => ({
        intents: (looks[look++] ?? []).map((id) => ({ id, orderId: `ord_of_${id}` })),
      }),
    },
    inventory: { auditStock: async () => ({ reservations: [], problems: [] }) },
    cart: { auditCarts: async () => ({ carts: [] }) },
    catalog: { auditPrices: async () => ({ currency: 'EUR', foreign: foreignPrices }) },
    notifications: { auditMessages: async () => ({ confirmations: [] }) },
  }
  return { shop: { callsAs: () => calls, backlog: async () => [] } as never, looked: () => look }
}

const problemsOf = async (looks: string[][]) => {
  const { shop, looked } = shopWith(looks)
  const { problems } = await auditRunning(shop, { looks: 4, pauseMs: 1 })
  return { problems, looked: looked() }
}

it('a shop that sells is always in the middle of something, and that is no problem', async () => {
  expect(await problemsOf([['pay_1', 'pay_2'], ['pay_2', 'pay_3'], ['pay_4']])).toEqual({
    problems: [],
    looked: 3,
  })
})

it('what is still so after all looks is a problem', async () => {
  const wrong = 'payment pay_1: there is no order ord_of_pay_1 that names it'
  expect(await problemsOf([['pay_1'], ['pay_1', 'pay_2'], ['pay_1', 'pay_2'], ['pay_1', 'pay_2']])).toEqual({
    problems: [wrong],
    looked: 4,
  })
})

it('the mails of different orders are different problems', async () => {
  let look = 0
  const { shop } = shopWith([])
  const calls = (shop as { callsAs: () => Record<string, object> }).callsAs()
  const auditMessages = async () => ({ confirmations: [{ orderId: `ord_${look++}`, count: 2 }] })
  const mailing = { ...(shop as object), callsAs: () => ({ ...calls, notifications: { auditMessages } }) }
  expect((await auditRunning(mailing as never, { looks: 4, pauseMs: 1 })).problems).toEqual([])
})

it('a shop in which all is well is looked at once', async () => {
  expect(await problemsOf([[]])).toEqual({ problems: [], looked: 1 })
})

it('prices in another currency than that of the shop are a problem', async () => {
  const { shop } = shopWith([], [{ currency: 'USD', variants: 3 }])
  const { problems } = await auditRunning(shop, { looks: 1 })
  expect(problems).toEqual([
    expect.stringMatching(/^PANDO_CURRENCY is EUR, .* \(3 in USD\), which cannot be sold/),
  ])
})
