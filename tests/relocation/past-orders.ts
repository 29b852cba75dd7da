import { join } from 'node:path'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { multiplyOrders } from '#tests/support/many-orders.ts'
import { OpenLoop } from '#tests/support/open-loop.ts'
import { expectAllWell, type MovingShop } from './moving-shop.ts'

/** Number of real orders to buy, of which the others are copies. */
const TEMPLATES = 20

/** Adds this number of earlier orders to a shop of one process. */
export async function addPastOrders(shop: MovingShop, count: number): Promise<void> {
  const visitors = new OpenLoop(shop.shop.origin)
  await visitors.start(60, 1)
  while (visitors.orderCount < TEMPLATES) await new Promise((resolve) => setTimeout(resolve, 20))
  await visitors.stop()
  await expectAllWell(shop)
  const embedded = await findEmbedded(join(shop.shop.dataDirectory, 'postgres'))
  await multiplyOrders({ databaseUrl: () => embedded!.url, count })
}
