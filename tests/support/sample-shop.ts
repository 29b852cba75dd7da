import { seedSample } from '#cli/import/seed-sample.ts'
import { openShop, type TestShop, type TestShopOptions } from './shop.ts'
import { freePort } from './shop-process.ts'

/** A shop with the sample catalogue that serves pages and does its jobs, as a newcomer has it. */
export async function openSampleShop(options: TestShopOptions = {}): Promise<TestShop> {
  const port = await freePort()
  const shop = await openShop({
    http: true,
    port,
    publicUrl: `http://127.0.0.1:${port}`,
    background: true,
    realTime: true,
    ...options,
  })
  await seedSample(shop.shop, 'EUR')
  return shop
}
