/** The kind that the audit counts. */
export const ORDER_CONFIRMED = 'orderConfirmed'
