import type { ShopStatus } from '#cli/start/operations.ts'
import { callRunningShop } from '#cli/support/running-shop.ts'

/** The replicas of the running shop of a data folder, as `pando status --json` prints them, without starting a command. */
export async function replicasOf(dataDirectory: string): Promise<ShopStatus['replicas']> {
  return (await callRunningShop<ShopStatus>('status', {}, { data: dataDirectory })).replicas
}
