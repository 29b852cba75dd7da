import { countryName } from '#shared/countries.ts'
import { money } from '#shared/money.ts'
import type { ShippingOption } from '../contract.ts'
import type { CartState } from './cart-state.ts'
import {
  nothingToShip,
  type ShippingMethod,
  type ShippingRate,
  shippingMethods,
  type Zone,
  zones,
} from './shipping-table.ts'

/** What the price of shipping depends on. */
export interface Consignment {
  country: string
  /** The weight of all goods that are shipped; undefined if none is. */
  weightGrams: number | undefined
  /** Price of all goods after the discount, in minor units. */
  goodsPrice: number
  currency: string
  paidByCoupon: boolean
}

/** The shipping options with their prices, in the table's order. Empty if the country is not served. */
export function shippingOptionsFor(consignment: Consignment): ShippingOption[] {
  const { country, weightGrams, currency } = consignment
  const zone = zoneOf(country)
  if (!zone) return []
  if (weightGrams === undefined) return [{ ...nothingToShip, price: money(0, currency) }]
  return shippingMethods.flatMap((method) => {
    const rate = method.rates[zone]
    if (!rate) return []
    const price = money(isFree(method, rate, consignment) ? 0 : amountFor(rate, weightGrams), currency)
    const { id, title, handover } = method
    return [{ id, title, delivery: rate.delivery, price, handover }]
  })
}

/** Whether the shop ships to this country. */
export function isServed(country: string): boolean {
  return zoneOf(country) !== undefined
}

/** The countries that the shop ships to, sorted by their English names. */
export function servedCountries(): { code: string; name: string }[] {
  return Object.values(zones)
    .flat()
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** The weight of the lines that are shipped, in grams; undefined if no line is shipped, 0 for an empty cart. */
export function shippedWeight(lines: CartState['lines']): number | undefined {
  const shipped = lines.filter((line) => line.requiresShipping)
  if (lines.length > 0 && shipped.length === 0) return undefined
  // Summed in whole milligrams: a floating-point sum of fractional grams could exceed a weight limit by a rounding error
  // and be charged at the next step.
  return shipped.reduce((sum, line) => sum + Math.round(line.weightGrams * 1000) * line.quantity, 0) / 1000
}

function zoneOf(country: string): Zone | undefined {
  return (Object.keys(zones) as Zone[]).find((zone) => zones[zone].includes(country))
}

function isFree(
  { coveredByCoupon }: ShippingMethod,
  { freeFrom }: ShippingRate,
  { goodsPrice, paidByCoupon }: Consignment,
): boolean {
  return (paidByCoupon && coveredByCoupon) || (freeFrom !== undefined && goodsPrice >= freeFrom)
}

function amountFor(rate: ShippingRate, weightGrams: number): number {
  const step = rate.steps.find(({ upToGrams }) => weightGrams <= upToGrams)
  if (!step)
    throw new Error(
      `Cannot price ${weightGrams} g: the last step of the rate "${rate.delivery}" has a limit; it must have none`,
    )
  return step.amount
}
