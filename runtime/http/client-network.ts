import { BlockList, isIPv4, isIPv6 } from 'node:net'

/**
 * What limits count as one client: an IPv4 address, or the /64 of an IPv6 address, which is what one connection gets, so
 * that its 2^64 addresses are no way around. `unknown` when a proxy named something that is no address.
 */
export function clientNetwork(address: string): string {
  const bare = withoutPort(address)
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return 'unknown'
  const groups = groupsOf(bare)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

/** Loopback, private and link-local addresses, and those that a provider's customers share (RFC 6598). */
const inside = new BlockList()
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const)
  inside.addSubnet(network, bits, 'ipv4')
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')
inside.addSubnet('fe80::', 10, 'ipv6')

/**
 * The network of a client out in the world, for what a module counts by it. Undefined for an address inside: it may be that
 * of a proxy which nobody has named (PANDO_TRUST_PROXY), and then all visitors would share one count.
 */
export function outsideNetwork(address: string): string | undefined {
  const network = clientNetwork(address)
  if (network === 'unknown') return undefined
  const isInside = isIPv4(network)
    ? inside.check(network, 'ipv4')
    : inside.check(withoutPort(address), 'ipv6')
  return isInside ? undefined : network
}

/** Some proxies write `203.0.113.7:50123` and `[2001:db8::1]:50123`; a zone is this machine's business. */
function withoutPort(address: string): string {
  const text = address.trim()
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  return (bracketed ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')).replace(/%.*$/, '')
}

/** The eight groups of an IPv6 address; URLs have one form for each address (RFC 5952), without the dotted end. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const read = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  if (tail === undefined) return read(head)
  const [before, after] = [read(head), read(tail)]
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after]
}
