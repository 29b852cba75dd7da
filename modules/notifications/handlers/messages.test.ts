import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type TestShop } from '#tests/support/shop.ts'
import { sampleOrder } from '../testing/sample-order.ts'

const DAY_MS = 86_400_000
const ORDERS = ['ord_a', 'ord_b', 'ord_c', 'ord_d', 'ord_e']

let shop: TestShop
beforeAll(async () => {
  shop = await openShop({ modules: ['notifications'] })
  for (const id of ORDERS) {
    await shop.shop.dispatcher.react('notifications', {
      id: `evt_${id}`,
      name: 'orders.orderConfirmed',
      payload: { orderId: id, order: sampleOrder({ id, number: id }) },
    })
    shop.clock.advance(1000)
  }
})
afterAll(() => shop.stop())

describe('listMessages()', () => {
  it('lists messages newest first, page by page', async () => {
    const subjects: string[] = []
    let cursor: string | null = null
    do {
      const page = await shop.calls.notifications.listMessages({ limit: 2, ...(cursor ? { cursor } : {}) })
      subjects.push(...page.items.map(({ subject }) => subject))
      cursor = page.nextCursor
    } while (cursor)
    expect(subjects).toEqual(ORDERS.toReversed().map((id) => `Your order ${id}`))
  })

  it.each([
    'nonsense',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["a","b"]').toString('base64url'),
  ])('refuses the cursor "%s"', async (cursor) => {
    await expect(shop.calls.notifications.listMessages({ cursor })).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
      status: 400,
    })
  })
})

describe('getMessage()', () => {
  it('refuses an unknown id', async () => {
    await expect(shop.calls.notifications.getMessage({ messageId: 'msg_0' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
    })
  })
})

describe('auditMessages()', () => {
  it('counts the confirmations of each order, page by page', async () => {
    const first = await shop.calls.notifications.auditMessages({ limit: 3 })
    const rest = await shop.calls.notifications.auditMessages({ limit: 3, after: 'ord_c' })
    expect([...first.confirmations, ...rest.confirmations]).toEqual(
      ORDERS.map((orderId) => ({ orderId, count: 1 })),
    )
  })
})

describe('sendQueued()', () => {
  it('does nothing if no mail server is configured', async () => {
    expect(await shop.statementsDuring(() => shop.runJob('notifications.sendQueued'))).toEqual([])
  })
})

describe('dropOldBodies()', () => {
  it('empties the bodies after 30 days and keeps the other columns', async () => {
    expect(await shop.runJob('notifications.dropOldBodies')).toEqual({ dropped: 0 })
    shop.clock.advance(30 * DAY_MS)
    expect(await shop.runJob('notifications.dropOldBodies')).toEqual({ dropped: ORDERS.length })
    const { items } = await shop.calls.notifications.listMessages({})
    const message = await shop.calls.notifications.getMessage({ messageId: items[0]!.id })
    expect(message).toMatchObject({ subject: 'Your order ord_e', status: 'kept', text: '', html: '' })
  })
})
