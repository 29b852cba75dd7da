import { expect, it, onTestFinished } from 'vitest'
import { createProduct, fillCart, placeOrder } from '#modules/orders/testing.ts'
import { MIN_CONNECTIONS } from '#runtime/process/connection-shares.ts'
import { openShop } from '#tests/support/shop.ts'

const SHOPPERS = 25

it(`a shop with ${MIN_CONNECTIONS} database connections, the minimum, sells to ${SHOPPERS} simultaneous shoppers`, async () => {
  const shop = await openShop({
    databaseConnections: MIN_CONNECTIONS,
    enforceRoles: false,
    background: true,
    realTime: true,
  })
  onTestFinished(shop.stop)
  const variantId = await createProduct(shop, SHOPPERS)
  let mostConnections: string[] = []
  let isOver = false
  const watch = async () => {
    while (!isOver) {
      const rows = await shop.sql<{ description: string }[]>`
        select concat_ws(' ', application_name, state, query) as description from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and application_name <> 'test'`
      if (rows.length > mostConnections.length) mostConnections = rows.map(({ description }) => description)
    }
  }
  const watching = watch()
  const buy = async () => placeOrder(shop, await fillCart(shop, { [variantId]: 1 }))
  const orders = await Promise.all(Array.from({ length: SHOPPERS }, buy))
  await shop.drain()
  isOver = true
  await watching
  expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['confirmed']))
  // Else the connections were not watched while the shop was busy
  expect(mostConnections.length).toBeGreaterThan(2)
  expect(mostConnections.length, mostConnections.join('\n')).toBeLessThanOrEqual(MIN_CONNECTIONS)
})
