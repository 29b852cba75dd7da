import { expect, it } from 'vitest'
import { money } from '#shared/money.ts'
import { sampleOrder } from '../testing/sample-order.ts'
import { totalRows } from './total-rows.ts'

const eur = (amount: number) => money(amount, 'EUR')
const plain = {
  subtotal: eur(2000),
  discount: eur(0),
  shipping: eur(0),
  tax: eur(0),
  includedTax: eur(0),
  total: eur(2000),
}
const rowsOf = (totals: typeof plain, changes = {}) =>
  totalRows({ totals, shippingOption: { ...sampleOrder().shippingOption, ...changes } })

it('totalRows() leaves out zero amounts, and shows free shipping', () => {
  expect(rowsOf(plain)).toEqual([
    { label: 'Subtotal', amount: '€20.00' },
    { label: 'Delivery', amount: 'Free' },
    { label: 'Total', amount: '€20.00' },
  ])
})

it('totalRows() shows a discount as a negative amount, and both kinds of tax', () => {
  const rows = rowsOf({
    ...plain,
    discount: eur(500),
    shipping: eur(490),
    tax: eur(100),
    includedTax: eur(319),
    total: eur(2090),
  })
  expect(rows).toEqual([
    { label: 'Subtotal', amount: '€20.00' },
    { label: 'Discount', amount: '-€5.00' },
    { label: 'Delivery', amount: '€4.90' },
    { label: 'Tax', amount: '€1.00' },
    { label: 'Total', amount: '€20.90' },
    { label: 'Including tax', amount: '€3.19' },
  ])
})

it('totalRows() labels the shipping row as pickup for an order to pick up', () => {
  expect(rowsOf(plain, { handover: 'pickup' })).toContainEqual({ label: 'Pickup', amount: 'Free' })
})
