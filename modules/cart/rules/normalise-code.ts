/** A coupon code as it is stored: shoppers type it in any case, and copy spaces with it. */
export function normaliseCode(code: string): string {
  return code.trim().toUpperCase()
}
