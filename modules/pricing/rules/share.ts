/** The denominator of rates: a rate of 190,000 is 19 %. */
const MILLION = 1_000_000

/** The rate of a percentage with at most four decimals, in parts per million: 8.875 is 88,750. */
export function rateOf(percent: number): number {
  return Math.round(percent * 10_000)
}

/** The percentage of a rate. */
export function percentOf(rate: number): number {
  return rate / 10_000
}

/** A share of an amount that is not negative, in minor units, rounded half up. */
export function shareOf(amount: number, rate: number): number {
  return divideProduct(amount, rate, MILLION)
}

/** The part of a gross amount that is tax of this rate, rounded half up: €119 at 19 % contain €19. */
export function includedShareOf(gross: number, rate: number): number {
  return divideProduct(gross, rate, MILLION + rate)
}

/** `a` × `b` / `divisor` of integers that are not negative, rounded half up. The result is exact. */
function divideProduct(a: number, b: number, divisor: number): number {
  // Division rounds down: half of its divisor is added first
  const dividend = 2 * a * b + divisor
  if (dividend <= Number.MAX_SAFE_INTEGER) return Math.floor(dividend / (2 * divisor))
  return Number((2n * BigInt(a) * BigInt(b) + BigInt(divisor)) / (2n * BigInt(divisor)))
}

/**
 * Splits an amount in proportion to integer weights, in minor units (largest remainder method; of equal remainders the
 * first one is rounded up). The parts add up to the amount exactly. Without a weight above 0 all parts are 0.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  const total = sum(weights)
  if (amount === 0 || total === 0) return weights.map(() => 0)
  const divide = amount * total <= Number.MAX_SAFE_INTEGER ? divideNumbers : divideBigInts
  const remainders: number[] = []
  const shares = weights.map((weight, index) => {
    const { quotient, remainder } = divide(amount, weight, total)
    remainders[index] = remainder
    return quotient
  })
  const rest = amount - sum(shares)
  if (rest === 0) return shares
  const order = [...shares.keys()].sort((a, b) => remainders[b]! - remainders[a]! || a - b)
  for (const index of order.slice(0, rest)) shares[index]! += 1
  return shares
}

/** The quotient of `a` × `b` and `divisor`, rounded down, and the remainder. */
function divideNumbers(a: number, b: number, divisor: number): { quotient: number; remainder: number } {
  const product = a * b
  return { quotient: Math.floor(product / divisor), remainder: product % divisor }
}

function divideBigInts(a: number, b: number, divisor: number): { quotient: number; remainder: number } {
  const product = BigInt(a) * BigInt(b)
  return { quotient: Number(product / BigInt(divisor)), remainder: Number(product % BigInt(divisor)) }
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
