import { execFileSync } from 'node:child_process'

/** Simulated machines, which are Linux network namespaces. Each has its own address and links that can be cut. */
export interface Network {
  /** The address of the host in the shop's network. */
  host: string
  /** The address of the host in a second network, which is never cut. The machines reach databases and provider there. */
  steadyHost: string
  /** The address of a machine in the shop's network. */
  addressOf(name: string): string
  /** The prefix of a command that runs it on a machine. */
  commandOn(name: string): string[]
  /** Cuts the link of a machine, or restores it. */
  link(name: string, state: 'down' | 'up'): void
  /** Moves some machines to a switch of their own, where they only reach each other. An empty list rejoins all machines. */
  divide(names: readonly string[]): void
  /** Blocks packets from one machine to another, but not the other direction; or opens the route again. */
  block(name: string, towards: string, state: 'blocked' | 'open'): void
  remove(): void
}

/** Returns why network namespaces cannot be made here; undefined if they can. */
export function reasonWithoutNetwork(): string | undefined {
  try {
    buildNetwork(['probe']).remove()
    return undefined
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: Buffer | null }
    return (stderr?.toString() || message).trim()
  }
}

/** Builds a network with a machine for each name. Needs root. */
export function buildNetwork(names: readonly string[]): Network {
  const subnet = process.pid % 250
  const prefix = `pn${process.pid}`
  const bridges = { shop: `${prefix}a`, separate: `${prefix}b`, steady: `${prefix}s` }
  const machines = new Map(
    names.map((name, index) => [
      name,
      {
        namespace: `${prefix}-${name}`,
        cable: `${prefix}c${index}`,
        steadyCable: `${prefix}d${index}`,
        address: `10.213.${subnet}.${index + 2}`,
        steadyAddress: `10.214.${subnet}.${index + 2}`,
      },
    ]),
  )
  const machine = (name: string) => machines.get(name)!
  const network: Network = {
    host: `10.213.${subnet}.1`,
    steadyHost: `10.214.${subnet}.1`,
    addressOf: (name) => machine(name).address,
    commandOn: (name) => ['ip', 'netns', 'exec', machine(name).namespace],
    link: (name, state) => ip('link', 'set', machine(name).cable, state),
    divide(separated) {
      for (const [name, { cable }] of machines)
        ip('link', 'set', cable, 'master', separated.includes(name) ? bridges.separate : bridges.shop)
    },
    block(name, towards, state) {
      const action = state === 'blocked' ? 'add' : 'del'
      const { namespace } = machine(name)
      ip('-n', namespace, 'route', action, 'blackhole', `${machine(towards).address}/32`)
    },
    remove() {
      // A namespace exists as long as processes run in it, so remove its links explicitly
      for (const { namespace, cable, steadyCable } of machines.values()) {
        for (const each of [cable, steadyCable]) attempt('link', 'del', each)
        attempt('netns', 'del', namespace)
      }
      for (const bridge of Object.values(bridges)) attempt('link', 'del', bridge)
    },
  }
  try {
    for (const bridge of Object.values(bridges)) {
      ip('link', 'add', bridge, 'type', 'bridge')
      ip('link', 'set', bridge, 'up')
    }
    ip('addr', 'add', `${network.host}/24`, 'dev', bridges.shop)
    ip('addr', 'add', `${network.steadyHost}/24`, 'dev', bridges.steady)
    for (const { namespace, cable, steadyCable, address, steadyAddress } of machines.values()) {
      ip('netns', 'add', namespace)
      ip('-n', namespace, 'link', 'set', 'lo', 'up')
      plug(namespace, { cable, bridge: bridges.shop, device: 'shop', address })
      plug(namespace, {
        cable: steadyCable,
        bridge: bridges.steady,
        device: 'steady',
        address: steadyAddress,
      })
    }
    return network
  } catch (error) {
    network.remove()
    throw error
  }
}

/** Connects a machine to a bridge. */
function plug(
  namespace: string,
  { cable, bridge, device, address }: { cable: string; bridge: string; device: string; address: string },
): void {
  ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', device, 'netns', namespace)
  ip('link', 'set', cable, 'master', bridge, 'up')
  ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device)
  ip('-n', namespace, 'link', 'set', device, 'up')
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function attempt(...args: string[]): void {
  try {
    ip(...args)
  } catch {
    // It does not exist
  }
}
