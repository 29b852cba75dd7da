/** Currency symbols that ICU's English data lacks, written without a trailing full stop. */
const MORE_SIGNS: Readonly<Record<string, readonly string[]>> = {
  AUD: ['AU$'],
  CAD: ['C$'],
  CHF: ['Fr', 'SFr'],
  CNY: ['￥'],
  INR: ['Rs'],
  JPY: ['￥'],
  MDL: ['lei'],
  SGD: ['S$'],
  USD: ['US$'],
}

const cache = new Map<string, ReadonlySet<string>>()

/**
 * Whether a sign or code can stand for `currency`: `$` can stand for USD, CAD and other dollars, `CA$` only for CAD. The
 * signs come from CLDR, through the ICU data of Node.js.
 */
export function isSignOf(sign: string, currency: string): boolean {
  return signsOf(currency).has(sign.replace(/\.$/, ''))
}

function signsOf(currency: string): ReadonlySet<string> {
  let signs = cache.get(currency)
  if (!signs) {
    const shown = (['symbol', 'narrowSymbol'] as const).map((currencyDisplay) => {
      const format = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay })
      return format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency
    })
    signs = new Set([currency, ...shown, ...(MORE_SIGNS[currency] ?? [])])
    cache.set(currency, signs)
  }
  return signs
}
