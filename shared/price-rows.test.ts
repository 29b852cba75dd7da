import { expect, it } from 'vitest'
import { money } from './money.ts'
import { discountNote, type PricedTotals, taxRows } from './price-rows.ts'

const eur = (amount: number) => money(amount, 'EUR')
const totals = {
  subtotal: eur(2000),
  discount: eur(200),
  shipping: eur(500),
  tax: eur(0),
  includedTax: eur(367),
  total: eur(2300),
}
const order: PricedTotals = {
  totals,
  discounts: [
    { title: '10 % off', code: 'SPRING', amount: eur(200) },
    { title: 'Free shipping', code: null, amount: eur(0) },
  ],
  taxes: [
    { title: 'VAT', percent: 19, amount: eur(300), included: true },
    { title: 'VAT', percent: 7, amount: eur(67), included: true },
    { title: 'City tax', percent: 1.5, amount: eur(0), included: false },
  ],
}

it('has a row for each tax with an amount', () => {
  expect(taxRows(order, true)).toEqual([
    { label: 'Including VAT 19 %', amount: eur(300) },
    { label: 'Including VAT 7 %', amount: eur(67) },
  ])
  expect(taxRows(order, false)).toEqual([])
})

it('has one row for the taxes of an order without a breakdown', () => {
  expect(taxRows({ totals }, true)).toEqual([{ label: 'Including tax', amount: eur(367) }])
  expect(taxRows({ totals: { ...totals, tax: eur(20) } }, false)).toEqual([{ label: 'Tax', amount: eur(20) }])
})

it('names the promotions that reduce something, with their codes', () => {
  expect(discountNote(order)).toBe('10 % off (SPRING)')
  expect(discountNote({ totals })).toBe('')
})
