import type { ModuleDefinition } from '#runtime/module/define.ts'
import { type Config, readConfig } from '#runtime/process/config.ts'
import { publicProcess, type Topology } from '#runtime/topology/topology.ts'

/** The settings of a shop that is laid out so: its public port, and with it its address, may be the topology's. */
export function configOf(
  topology: Topology,
  modules: readonly ModuleDefinition[],
  environment: Record<string, string | undefined>,
): Config {
  // All that is wrong in the environment is said first, its port too.
  const config = readConfig(environment, modules)
  const port = publicProcess(topology)?.port
  if (port === undefined || port === config.port) return config
  return readConfig({ ...environment, PANDO_PORT: String(port) }, modules)
}
