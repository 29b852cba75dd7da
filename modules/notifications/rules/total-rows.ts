import type { Order } from '#modules/orders/contract.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { formatMoney, type Money, money } from '#shared/money.ts'

/** The label of the row that emails show in bold. */
export const TOTAL = 'Total'

/** The totals below the lines of an order, as texts. Discount, tax and included tax are left out when they are 0. */
export function totalRows({ totals, shippingOption }: Pick<Order, 'totals' | 'shippingOption'>): {
  label: string
  amount: string
}[] {
  return [
    { label: 'Subtotal', amount: formatMoney(totals.subtotal) },
    ...row('Discount', money(-totals.discount.amount, totals.discount.currency)),
    {
      label: handoverTexts(shippingOption).label,
      amount: totals.shipping.amount === 0 ? 'Free' : formatMoney(totals.shipping),
    },
    ...row('Tax', totals.tax),
    { label: TOTAL, amount: formatMoney(totals.total) },
    ...row('Including tax', totals.includedTax),
  ]
}

function row(label: string, value: Money): { label: string; amount: string }[] {
  // Leaving out 0 also avoids a discount of -0
  return value.amount === 0 ? [] : [{ label, amount: formatMoney(value) }]
}
