import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * The network that rate limits count as one client: an IPv4 address, or the /64 network of an IPv6 address. Providers
 * give at least a /64 to each connection, so a client cannot avoid a limit by changing its address. `unknown` when a
 * proxy sent something that is not an address.
 */
export function clientNetwork(address: string): string {
  const bare = withoutPort(address)
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return 'unknown'
  const groups = groupsOf(bare)
  const isIPv4Mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isIPv4Mapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** Loopback, private and link-local addresses, and the shared addresses of carrier-grade NAT (RFC 6598). */
const privateNetworks = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv4')
privateNetworks.addAddress('::1', 'ipv6')
privateNetworks.addSubnet('fc00::', 7, 'ipv6')
privateNetworks.addSubnet('fe80::', 10, 'ipv6')

/**
 * The network of a client with a public address, for the limits of modules. Undefined for a private address: it may
 * belong to a proxy that PANDO_TRUST_PROXY does not name, and then all visitors would share one limit.
 */
export function publicNetwork(address: string): string | undefined {
  const network = clientNetwork(address)
  if (network === 'unknown') return undefined
  const isPrivate = isIPv4(network)
    ? privateNetworks.check(network, 'ipv4')
    : privateNetworks.check(withoutPort(address), 'ipv6')
  return isPrivate ? undefined : network
}

/** Removes the port that some proxies add (`203.0.113.7:50123`, `[2001:db8::1]:50123`), and the zone. */
function withoutPort(address: string): string {
  const text = address.trim()
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  return (bracketed ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')).replace(/%.*$/, '')
}

/** The eight groups of an IPv6 address. `URL` normalises the address (RFC 5952), so that no part of it has dots. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  if (tail === undefined) return read(head)
  const [before, after] = [read(head), read(tail)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
