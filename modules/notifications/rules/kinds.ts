/** The kind of message that the audit counts. */
export const ORDER_CONFIRMED = 'orderConfirmed'
