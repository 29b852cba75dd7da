import { isIP, isIPv4 } from 'node:net'

/**
 * Whose word counts on where a request comes from: nobody's, that of as many proxies as stand in front, or that of
 * proxies in these networks. `X-Forwarded-For` is read from its end: whoever sends a request writes its beginning.
 */
export type TrustedProxies = false | number | string[]

const NAMES = ['loopback', 'linklocal', 'uniquelocal']
const MAX_HOPS = 10

/** Reads `PANDO_TRUST_PROXY`, which `trustProxyProblem` has nothing against. */
export function readTrustProxy(value: string): TrustedProxies {
  if (value === 'off') return false
  return /^\d+$/.test(value) ? Number(value) : entriesOf(value)
}

/** Says what is wrong with a value of `PANDO_TRUST_PROXY`. */
export function trustProxyProblem(value: string): string | undefined {
  if (value === 'off') return undefined
  if (value === 'on') {
    return 'does not say whom to trust, and a client could invent addresses: give the number of proxies in front, such as 1, or their networks'
  }
  if (/^\d+$/.test(value)) {
    return Number(value) >= 1 && Number(value) <= MAX_HOPS
      ? undefined
      : `is no number of proxies: give 1 to ${MAX_HOPS}, or off`
  }
  const wrong = entriesOf(value).find((entry) => !isNetwork(entry))
  if (wrong === undefined) return undefined
  return `has "${wrong}", which is no network: give off, the number of proxies in front, or networks with commas such as 10.0.0.0/8,2001:db8::/32 (${NAMES.join(', ')} are known by name)`
}

function entriesOf(value: string): string[] {
  return value.split(',').map((entry) => entry.trim())
}

function isNetwork(entry: string): boolean {
  if (NAMES.includes(entry)) return true
  const [address = '', prefix, ...more] = entry.split('/')
  if (isIP(address) === 0 || more.length > 0) return false
  if (prefix === undefined) return true
  const length = Number(prefix)
  // Everybody is in a network of length 0.
  return /^\d{1,3}$/.test(prefix) && length >= 1 && length <= (isIPv4(address) ? 32 : 128)
}
