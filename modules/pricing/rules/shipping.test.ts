import { describe, expect, it } from 'vitest'
import type { QuoteLine, ShippingMethod, ShippingRate } from '../schemas.ts'
import { itemsOf } from './items.ts'
import { shippingOptionsFor } from './shipping.ts'
import { aMethod, aQuoteLine, DE_ZONE } from './testing.ts'

const zone = { id: DE_ZONE, title: 'Germany', areas: [{ country: 'DE' }] }

function rate(change: Partial<ShippingRate>): ShippingMethod {
  const [plain] = aMethod().rates
  return aMethod({ rates: [{ ...plain!, ...change }] })
}

/** The price of the only option; undefined without an option. */
function priceBy(method: ShippingMethod, lines: QuoteLine[], goodsPrice = 1000): number | undefined {
  return offersOf([method], lines, { goodsPrice })[0]?.option.price.amount
}

function offersOf(
  methods: ShippingMethod[],
  lines: QuoteLine[],
  { goodsPrice = 1000, isFree = false }: { goodsPrice?: number; isFree?: boolean } = {},
) {
  return shippingOptionsFor(zone, methods, {
    items: itemsOf(lines),
    goodsPrice,
    currency: 'EUR',
    isFree,
    toPay: (price) => price,
  })
}

describe('bands', () => {
  const bands = [
    { upTo: 500, amount: 300 },
    { upTo: 2000, amount: 600 },
  ]

  it.each([
    [[{ weightGrams: 500 }], 300],
    [[{ weightGrams: 500.001 }], 600],
    [[{ weightGrams: 250, quantity: 8 }], 600],
    [[{ weightGrams: 2000.5 }], undefined],
    [[{ weightGrams: 0 }], 300],
    // 0.1 three times is 0.30000000000000004 as a sum of floating-point numbers
    [
      [{ id: 'lin_1', weightGrams: 499.7 }, ...[2, 3, 4].map((n) => ({ id: `lin_${n}`, weightGrams: 0.1 }))],
      300,
    ],
    // What is not shipped weighs nothing
    [
      [
        { id: 'lin_1', weightGrams: 400 },
        { id: 'lin_2', weightGrams: 9000, requiresShipping: false },
      ],
      300,
    ],
  ])('by weight: %j', (lines, amount) => {
    expect(priceBy(rate({ by: 'weight', bands }), lines.map(aQuoteLine))).toBe(amount)
  })

  it.each([
    [500, 300],
    [501, 600],
    [2000, 600],
    [2001, undefined],
  ])('by a price of %i', (goodsPrice, amount) => {
    expect(priceBy(rate({ by: 'price', bands }), [aQuoteLine()], goodsPrice)).toBe(amount)
  })

  it.each([
    [[{ quantity: 500 }], 300],
    [[{ quantity: 501 }], 600],
    [
      [
        { id: 'lin_1', quantity: 500 },
        { id: 'lin_2', quantity: 3, requiresShipping: false },
      ],
      300,
    ],
  ])('by pieces: %j', (lines, amount) => {
    expect(priceBy(rate({ by: 'pieces', bands }), lines.map(aQuoteLine))).toBe(amount)
  })

  it('without a limit takes everything', () => {
    const method = rate({
      bands: [
        { upTo: 1, amount: 5 },
        { upTo: null, amount: 999 },
      ],
    })
    expect(priceBy(method, [aQuoteLine({ weightGrams: 1e9 })])).toBe(999)
  })
})

describe('shippingOptionsFor()', () => {
  it('is free from an amount of all goods after discounts', () => {
    const method = rate({ freeFrom: 5000 })
    expect(priceBy(method, [aQuoteLine()], 4999)).toBe(490)
    expect(priceBy(method, [aQuoteLine()], 5000)).toBe(0)
  })

  it('is free by a promotion, if the method allows it', () => {
    const express = aMethod({ id: 'express', amount: 1290, freeByPromotion: false })
    const offers = offersOf([aMethod(), express], [aQuoteLine()], { isFree: true })
    expect(offers.map(({ option, fullPrice }) => [option.id, option.price.amount, fullPrice])).toEqual([
      ['parcel', 0, 490],
      ['express', 1290, 1290],
    ])
  })

  it('leaves out methods that do not take the shipping class of one of the goods', () => {
    const letter = aMethod({ id: 'letter', excludedClasses: ['bulky', 'frozen'] })
    const goods = (shippingClass: string, change: Partial<QuoteLine> = {}) => [
      aQuoteLine({ id: 'lin_1' }),
      aQuoteLine({ id: 'lin_2', shippingClass, ...change }),
    ]
    const idsFor = (lines: QuoteLine[]) => offersOf([letter, aMethod()], lines).map(({ option }) => option.id)
    expect(idsFor(goods('bulky'))).toEqual(['parcel'])
    expect(idsFor(goods('small'))).toEqual(['letter', 'parcel'])
    expect(idsFor(goods('bulky', { requiresShipping: false }))).toEqual(['letter', 'parcel'])
  })

  it('leaves out methods without a rate for the zone, and has nothing without a zone', () => {
    const elsewhere = rate({ zoneId: 'shz_other' })
    expect(offersOf([elsewhere], [aQuoteLine()])).toEqual([])
    const consignment = { items: itemsOf([aQuoteLine()]), goodsPrice: 0, currency: 'EUR', isFree: false }
    expect(shippingOptionsFor(undefined, [aMethod()], { ...consignment, toPay: (price) => price })).toEqual(
      [],
    )
  })

  it('ships nothing when no line requires it', () => {
    const offers = offersOf([aMethod()], [aQuoteLine({ requiresShipping: false })])
    expect(offers.map(({ option }) => option)).toEqual([
      {
        id: 'none',
        title: 'By email',
        delivery: 'no shipping required',
        handover: 'email',
        price: { amount: 0, currency: 'EUR' },
      },
    ])
  })

  it.each([
    ['shipping', { from: 2, to: 4 }, '2–4 working days'],
    ['shipping', { from: 0, to: 1 }, '0–1 working days'],
    ['shipping', { from: 1, to: 1 }, '1 working day'],
    ['shipping', { from: 0, to: 0 }, 'today'],
    ['shipping', null, 'delivery time on request'],
    ['pickup', { from: 1, to: 2 }, 'ready after 1–2 working days'],
    ['pickup', { from: 0, to: 0 }, 'today'],
    ['pickup', null, 'to be agreed'],
  ] as const)('says for %s in %j: %s', (handover, days, delivery) => {
    const [offer] = offersOf([{ ...rate({ days }), handover }], [aQuoteLine()])
    expect(offer!.option).toMatchObject({ delivery, handover, ...(days ? { days } : {}) })
    expect('days' in offer!.option).toBe(days !== null)
  })
})
