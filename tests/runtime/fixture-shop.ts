import { fileURLToPath } from 'node:url'
import type { Caller } from '#runtime/contract/caller.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import type { seats } from '#tests/fixtures/modules/seats/contract.ts'
import type { till } from '#tests/fixtures/modules/till/contract.ts'
import { provider } from '#tests/fixtures/modules/till/provider.ts'
import type { trips } from '#tests/fixtures/modules/trips/contract.ts'
import { openShop, type TestShop, type TestShopOptions } from '#tests/support/shop.ts'

type FixtureModules = { seats: typeof seats; till: typeof till; trips: typeof trips }

export type FixtureShop = Omit<TestShop, 'calls' | 'as'> & {
  calls: Calls<FixtureModules>
  as(caller: Caller): Calls<FixtureModules>
}

/** Opens a shop of three small modules that sell train trips, to test the runtime without rules of commerce. */
export async function openFixtureShop(options: TestShopOptions = {}): Promise<FixtureShop> {
  provider.reset()
  const shop = await openShop({
    modulesDirectory: fileURLToPath(new URL('../fixtures/modules', import.meta.url)),
    ...options,
  })
  const as = (caller: Caller) => shop.shop.callsAs<FixtureModules>(caller)
  return { ...shop, calls: as(system('test')), as }
}
