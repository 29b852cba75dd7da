/**
 * A coupon code as it is stored: shoppers type it in any case, and copy spaces with it. Codes have ASCII letters only, and
 * other letters could become longer as capitals: `ß` is `SS`.
 */
export function normaliseCode(code: string): string {
  return code.trim().replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
}
