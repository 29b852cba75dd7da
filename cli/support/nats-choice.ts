import type { Config } from '#runtime/process/config.ts'
import type { NatsChoice } from '#runtime/process/shop-options.ts'
import type { Topology } from '#runtime/topology/topology.ts'

/** The NATS configuration of the processes of a topology; undefined when its events do not travel through NATS. */
export function natsChoiceOf(topology: Topology, config: Config): NatsChoice | undefined {
  if (topology.bus !== 'nats') return undefined
  return {
    url: config.natsUrl,
    credentials: config.natsCredentials,
    directly: new Set(topology.processes.filter((each) => each.command).flatMap((each) => each.modules)),
  }
}
