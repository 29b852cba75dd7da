import { isIP, isIPv4 } from 'node:net'

/**
 * The proxies that are trusted to report the client's address: none, a number of proxies in front of the shop, or
 * proxies in these networks. `X-Forwarded-For` is read from its end, since its beginning comes from the client and may
 * be false.
 */
export type TrustedProxies = false | number | string[]

const NAMES = ['loopback', 'linklocal', 'uniquelocal']
const MAX_HOPS = 10

/** Parses a value of `PANDO_TRUST_PROXY` for which `trustProxyProblem` returns undefined. */
export function readTrustProxy(value: string): TrustedProxies {
  if (value === 'off') return false
  return /^\d+$/.test(value) ? Number(value) : entriesOf(value)
}

/** The problem of a value of `PANDO_TRUST_PROXY`, as text that follows the value; undefined for a valid value. */
export function trustProxyProblem(value: string): string | undefined {
  if (value === 'off') return undefined
  if (value === 'on') {
    return 'does not say which proxies to trust, and a client could invent addresses: give the number of proxies in front, such as 1, or their networks'
  }
  if (/^\d+$/.test(value)) {
    return Number(value) >= 1 && Number(value) <= MAX_HOPS
      ? undefined
      : `is not a valid number of proxies: give 1 to ${MAX_HOPS}, or off`
  }
  const wrong = entriesOf(value).find((entry) => !isNetwork(entry))
  if (wrong === undefined) return undefined
  return `has "${wrong}", which is not a network: give off, the number of proxies in front, or networks separated by commas such as 10.0.0.0/8,2001:db8::/32 (known names: ${NAMES.join(', ')})`
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
  // A network of length 0 would contain all addresses.
  return /^\d{1,3}$/.test(prefix) && length >= 1 && length <= (isIPv4(address) ? 32 : 128)
}
