import { money } from '#shared/money.ts'
import type { ShippingMethod, ShippingOption, ShippingRate, ShippingZone } from '../schemas.ts'
import type { Item } from './items.ts'
import { sum } from './share.ts'

/** What is shipped, and what the price of shipping depends on. */
export interface Consignment {
  items: readonly Item[]
  /** Price of all goods after discounts, in minor units. */
  goodsPrice: number
  currency: string
  /** Whether a promotion pays for shipping. */
  isFree: boolean
  /** What the buyer pays for a price of a method: less for a buyer who pays no tax. */
  toPay: (price: number, method: ShippingMethod) => number
}

export interface ShippingOffer {
  option: ShippingOption
  /** The price before a promotion for free shipping. */
  fullPrice: number
  /** undefined for goods that are not shipped. */
  method: ShippingMethod | undefined
}

/** The only option of a cart whose goods are not shipped, such as gift cards. */
const nothingToShip = {
  id: 'none',
  title: 'By email',
  delivery: 'no shipping required',
  handover: 'email',
} as const

/** The shipping options of a consignment in a zone, in the order of the methods. */
export function shippingOptionsFor(
  zone: ShippingZone | undefined,
  methods: readonly ShippingMethod[],
  { items, goodsPrice, currency, isFree, toPay }: Consignment,
): ShippingOffer[] {
  if (!zone) return []
  const shipped = items.filter((item) => item.requiresShipping)
  if (items.length > 0 && shipped.length === 0) {
    return [{ option: { ...nothingToShip, price: money(0, currency) }, fullPrice: 0, method: undefined }]
  }
  return methods.flatMap((method) => {
    const rate = method.rates.find(({ zoneId }) => zoneId === zone.id)
    if (!rate || shipped.some(({ shippingClass }) => method.excludedClasses.includes(shippingClass)))
      return []
    const band = rate.bands.find(({ upTo }) => upTo === null || measure(rate, shipped, goodsPrice) <= upTo)
    if (!band) return []
    const isFreeAlready = rate.freeFrom !== null && goodsPrice >= rate.freeFrom
    const fullPrice = isFreeAlready ? 0 : toPay(band.amount, method)
    const { id, title, handover, freeByPromotion } = method
    const price = money(isFree && freeByPromotion ? 0 : fullPrice, currency)
    const { days } = rate
    const option = {
      id,
      title,
      delivery: deliveryOf(method, days),
      ...(days ? { days } : {}),
      price,
      handover,
    }
    return [{ option, fullPrice, method }]
  })
}

/** What the bands of a rate measure. */
function measure({ by }: ShippingRate, shipped: readonly Item[], goodsPrice: number): number {
  switch (by) {
    case 'price':
      return goodsPrice
    case 'pieces':
      return sum(shipped.map((item) => item.quantity))
    case 'weight':
      // In whole milligrams: a sum of fractions of grams could exceed a limit by a rounding error
      return sum(shipped.map((item) => Math.round(item.weightGrams * 1000) * item.quantity)) / 1000
  }
}

function deliveryOf({ handover }: Pick<ShippingMethod, 'handover'>, days: ShippingRate['days']): string {
  if (!days) return handover === 'pickup' ? 'to be agreed' : 'delivery time on request'
  const range = days.from === days.to ? `${days.to}` : `${days.from}–${days.to}`
  const text = days.to === 0 ? 'today' : `${range} working ${range === '1' ? 'day' : 'days'}`
  return handover === 'pickup' && days.to > 0 ? `ready after ${text}` : text
}
