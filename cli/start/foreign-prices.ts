import { describeForeignPrices } from '#lab/foreign-prices.ts'
import type { Log } from '#runtime/base/log.ts'
import type { Shop } from '#runtime/process/shop-options.ts'

/** Warns in the log when the prices of the catalogue are not in the currency of the shop. Returns the warning. */
export async function warnOfForeignPrices(
  shop: Pick<Shop, 'callsAs'>,
  log: Pick<Log, 'warn'>,
): Promise<string | undefined> {
  try {
    const warning = await describeForeignPrices(shop)
    if (warning !== undefined) log.warn({}, warning)
    return warning
  } catch (error) {
    // The shop is open; a catalogue that cannot be read is reported by its own process
    log.warn({ err: error }, 'the currency of the prices cannot be checked')
    return undefined
  }
}
