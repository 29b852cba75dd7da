import { describeForeignPrices } from '#lab/foreign-prices.ts'
import type { Log } from '#runtime/base/log.ts'
import type { Shop } from '#runtime/process/shop-options.ts'

/** Logs a warning, and returns it, when prices of the catalogue are not in the currency of the shop. Never throws. */
export async function warnOfForeignPrices(
  shop: Pick<Shop, 'callsAs'>,
  log: Pick<Log, 'warn'>,
): Promise<string | undefined> {
  try {
    const warning = await describeForeignPrices(shop)
    if (warning !== undefined) log.warn({}, warning)
    return warning
  } catch (error) {
    // The shop can be used without this check
    log.warn({ err: error }, 'the currency of the prices cannot be checked')
    return undefined
  }
}
