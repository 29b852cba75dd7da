import { execFileSync } from 'node:child_process'

/** Machines that Linux makes of network namespaces: each with an address of its own, and cables that can be pulled. */
export interface Network {
  /** This machine's address in the shop's network. */
  here: string
  /** This machine's address in the network of the machines' databases, which nobody cuts. */
  stores: string
  /** A machine's address in the shop's network. */
  addressOf(name: string): string
  /** The words before a command that run it on a machine. */
  on(name: string): string[]
  /** Pulls a machine's cable, or puts it in again. */
  link(name: string, state: 'down' | 'up'): void
  /** Puts some machines on a switch of their own: they reach each other and nobody else. Nobody: all are together again. */
  divide(names: readonly string[]): void
  /** Lets nothing of what a machine sends reach another one, while what that one sends arrives; or ends that. */
  mute(name: string, towards: string, state: 'muted' | 'heard'): void
  remove(): void
}

/** Why there can be no namespaces here; undefined where there can. */
export function whyNoNetwork(): string | undefined {
  try {
    buildNetwork(['probe']).remove()
    return undefined
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: Buffer | null }
    return (stderr?.toString() || message).trim()
  }
}

/** Builds a network with a machine of each name. Needs root. */
export function buildNetwork(names: readonly string[]): Network {
  const subnet = process.pid % 250
  const prefix = `pn${process.pid}`
  const bridges = { shop: `${prefix}a`, apart: `${prefix}b`, stores: `${prefix}s` }
  const machines = new Map(
    names.map((name, index) => [
      name,
      {
        namespace: `${prefix}-${name}`,
        cable: `${prefix}c${index}`,
        storeCable: `${prefix}d${index}`,
        address: `10.213.${subnet}.${index + 2}`,
        storeAddress: `10.214.${subnet}.${index + 2}`,
      },
    ]),
  )
  const machine = (name: string) => machines.get(name)!
  const network: Network = {
    here: `10.213.${subnet}.1`,
    stores: `10.214.${subnet}.1`,
    addressOf: (name) => machine(name).address,
    on: (name) => ['ip', 'netns', 'exec', machine(name).namespace],
    link: (name, state) => ip('link', 'set', machine(name).cable, state),
    divide(apart) {
      for (const [name, { cable }] of machines)
        ip('link', 'set', cable, 'master', apart.includes(name) ? bridges.apart : bridges.shop)
    },
    mute(name, towards, state) {
      const action = state === 'muted' ? 'add' : 'del'
      const { namespace } = machine(name)
      ip('-n', namespace, 'route', action, 'blackhole', `${machine(towards).address}/32`)
    },
    remove() {
      // What runs in a namespace keeps it; its cables go with it.
      for (const { namespace, cable, storeCable } of machines.values()) {
        for (const each of [cable, storeCable]) attempt('link', 'del', each)
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
    ip('addr', 'add', `${network.here}/24`, 'dev', bridges.shop)
    ip('addr', 'add', `${network.stores}/24`, 'dev', bridges.stores)
    for (const { namespace, cable, storeCable, address, storeAddress } of machines.values()) {
      ip('netns', 'add', namespace)
      ip('-n', namespace, 'link', 'set', 'lo', 'up')
      plug(namespace, { cable, bridge: bridges.shop, device: 'shop', address })
      plug(namespace, { cable: storeCable, bridge: bridges.stores, device: 'stores', address: storeAddress })
    }
    return network
  } catch (error) {
    network.remove()
    throw error
  }
}

/** A cable from a bridge to a machine. */
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
    // It was not made.
  }
}
