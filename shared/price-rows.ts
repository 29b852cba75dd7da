import type { Money } from './money.ts'

/** The parts of a cart or an order that explain its total. `discounts` and `taxes` are missing in older orders. */
export interface PricedTotals {
  totals: { subtotal: Money; discount: Money; shipping: Money; tax: Money; includedTax: Money; total: Money }
  discounts?: readonly { title: string; code: string | null; amount: Money }[] | undefined
  taxes?: readonly { title: string; percent: number; amount: Money; included: boolean }[] | undefined
}

/** A row of a price summary: a label for people, and an amount that is not 0. */
export interface PriceRow {
  label: string
  amount: Money
}

/** The taxes that are added to prices (`included` false), or contained in them; one row without a breakdown. */
export function taxRows({ totals, taxes }: PricedTotals, included: boolean): PriceRow[] {
  const rows = taxes
    ?.filter((tax) => tax.included === included)
    .map(({ title, percent, amount }) => ({ label: `${title} ${percent} %`, amount }))
  const sum = included ? totals.includedTax : totals.tax
  return (rows && rows.length > 0 ? rows : [{ label: 'Tax', amount: sum }])
    .map(({ label, amount }) => ({ label: included ? `Including ${lowerTax(label)}` : label, amount }))
    .filter(({ amount }) => amount.amount !== 0)
}

/** The titles of the promotions that apply, for a note to the discount; empty in older orders. */
export function discountNote({ discounts }: PricedTotals): string {
  return (discounts ?? [])
    .filter(({ amount }) => amount.amount > 0)
    .map(({ title, code }) => (code === null ? title : `${title} (${code})`))
    .join(', ')
}

/** Within a line, the general word is not a name. */
function lowerTax(label: string): string {
  return label === 'Tax' ? 'tax' : label
}
