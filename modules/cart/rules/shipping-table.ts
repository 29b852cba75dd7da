/** Where goods are shipped to: the shop's own country, the rest of the European Union, or the rest of the world. */
export type Zone = 'home' | 'union' | 'world'

/** What one option costs in one zone. Amounts are minor units of the shop's currency and include the tax. */
export interface ShippingRate {
  /** Working days, for the shopper. */
  delivery: string
  /** By the weight of all goods, lightest first. The last step must be unlimited. */
  steps: readonly { upToGrams: number; amount: number }[]
  /** Shipping is free from this price of the goods after the discount. */
  freeFrom?: number
}

export interface ShippingMethod {
  id: string
  title: string
  handover: 'shipping' | 'pickup'
  /** Whether a coupon for free shipping covers it. */
  coveredByCoupon: boolean
  /** The method does not serve a zone without a rate. */
  rates: Partial<Record<Zone, ShippingRate>>
}

/** The countries that are served, ISO 3166-1 alpha-2. */
export const zones: Record<Zone, readonly string[]> = {
  home: ['DE'],
  union: [
    ...['AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'GR', 'HU', 'IE'],
    ...['IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE'],
  ],
  world: ['AU', 'CA', 'CH', 'GB', 'HK', 'IS', 'JP', 'KR', 'LI', 'NO', 'NZ', 'SG', 'US'],
}

const ANY_WEIGHT = Number.POSITIVE_INFINITY

export const shippingMethods: readonly ShippingMethod[] = [
  {
    id: 'standard',
    title: 'Standard delivery',
    handover: 'shipping',
    coveredByCoupon: true,
    rates: {
      home: {
        delivery: '2–4 working days',
        steps: [
          { upToGrams: 5_000, amount: 490 },
          { upToGrams: 15_000, amount: 790 },
          { upToGrams: ANY_WEIGHT, amount: 1_690 },
        ],
        freeFrom: 7_500,
      },
      union: {
        delivery: '4–7 working days',
        steps: [
          { upToGrams: 5_000, amount: 990 },
          { upToGrams: 15_000, amount: 1_690 },
          { upToGrams: ANY_WEIGHT, amount: 2_990 },
        ],
        freeFrom: 15_000,
      },
      world: {
        delivery: '7–14 working days',
        steps: [
          { upToGrams: 2_000, amount: 1_990 },
          { upToGrams: 10_000, amount: 4_490 },
          { upToGrams: ANY_WEIGHT, amount: 9_990 },
        ],
      },
    },
  },
  {
    id: 'express',
    title: 'Express delivery',
    handover: 'shipping',
    coveredByCoupon: false,
    rates: {
      home: {
        delivery: '1 working day',
        steps: [
          { upToGrams: 5_000, amount: 1_290 },
          { upToGrams: 15_000, amount: 1_990 },
          { upToGrams: ANY_WEIGHT, amount: 3_990 },
        ],
      },
      union: {
        delivery: '1–2 working days',
        steps: [
          { upToGrams: 5_000, amount: 2_490 },
          { upToGrams: 15_000, amount: 3_990 },
          { upToGrams: ANY_WEIGHT, amount: 7_990 },
        ],
      },
    },
  },
  {
    id: 'pickup',
    title: 'Pick up in store',
    handover: 'pickup',
    coveredByCoupon: true,
    rates: { home: { delivery: 'ready after 1 working day', steps: [{ upToGrams: ANY_WEIGHT, amount: 0 }] } },
  },
]

/** The only option of a cart whose goods are not shipped, such as gift cards. */
export const nothingToShip = {
  id: 'none',
  title: 'By email',
  delivery: 'no shipping required',
  handover: 'email',
} as const
