import type { Order } from '#modules/orders/contract.ts'
import { handoverTexts } from '#shared/handover-texts.ts'
import { formatMoney, type Money, money } from '#shared/money.ts'
import { taxRows } from '#shared/price-rows.ts'

/** The label of the row that emails show in bold. */
export const TOTAL = 'Total'

/** The totals below the lines of an order, as texts. Discount and taxes are left out when they are 0. */
export function totalRows(order: Pick<Order, 'totals' | 'taxes' | 'shippingOption'>): {
  label: string
  amount: string
}[] {
  const { totals, shippingOption } = order
  return [
    { label: 'Subtotal', amount: formatMoney(totals.subtotal) },
    ...row('Discount', money(-totals.discount.amount, totals.discount.currency)),
    {
      label: handoverTexts(shippingOption).label,
      amount: totals.shipping.amount === 0 ? 'Free' : formatMoney(totals.shipping),
    },
    ...taxRows(order, false).map(({ label, amount }) => ({ label, amount: formatMoney(amount) })),
    { label: TOTAL, amount: formatMoney(totals.total) },
    ...taxRows(order, true).map(({ label, amount }) => ({ label, amount: formatMoney(amount) })),
  ]
}

function row(label: string, value: Money): { label: string; amount: string }[] {
  // Leaving out 0 also avoids a discount of -0
  return value.amount === 0 ? [] : [{ label, amount: formatMoney(value) }]
}
