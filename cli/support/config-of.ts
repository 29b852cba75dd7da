import type { ModuleDefinition } from '#runtime/module/define.ts'
import { type Config, readConfig } from '#runtime/process/config.ts'
import { publicProcess, type Topology } from '#runtime/topology/topology.ts'

/** The settings of a shop with this topology, whose public port, if set, replaces PANDO_PORT. Throws one error that lists all mistakes. */
export function configOf(
  topology: Topology,
  modules: readonly ModuleDefinition[],
  environment: Record<string, string | undefined>,
): Config {
  // Read first as it is, so that every mistake in the environment is reported, even an unused PANDO_PORT
  const config = readConfig(environment, modules)
  const port = publicProcess(topology)?.port
  if (port === undefined || port === config.port) return config
  return readConfig({ ...environment, PANDO_PORT: String(port) }, modules)
}
