import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { Dispatcher } from '#runtime/call/dispatch.ts'
import type { HostedModule } from '#runtime/call/host.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { createEdge } from '#runtime/http/edge.ts'
import type { ModuleDefinition } from '#runtime/module/define.ts'
import { allSettings } from '#runtime/process/config.ts'
import { listModules, loadContracts, loadHosted, loadModules } from '#runtime/process/modules.ts'
import { readTopology } from '#runtime/topology/read.ts'

/**
 * The reasons for which `pando start` would refuse the modules, alone and together, or the topologies of a folder, whatever
 * the database. When a module cannot be loaded, the rest is not checked.
 */
export async function startProblems(folders: { modules: string; topologies: string }): Promise<string[]> {
  const names = listModules(folders.modules)
  const problems = [
    ...(await problemsOf(names, (name) => loadHosted([name], folders.modules))),
    ...(await problemsOf([folders.modules], loadContracts)),
  ]
  // The checks below need all modules
  if (problems.length > 0) return [...new Set(problems)]
  const contracts = await loadContracts(folders.modules)
  const files = globSync('*.yaml', { cwd: folders.topologies }).sort()
  return [
    ...(await problemsOf([folders.modules], async () => {
      const modules = await loadModules(undefined, folders.modules)
      allSettings(modules)
      await addRoutes(contracts, modules)
    })),
    ...(await problemsOf(files, (file) =>
      readTopology(basename(file, '.yaml'), { known: contracts, environment: {} }, folders.topologies),
    )),
  ]
}

/** The message of each item for which `work` throws. */
async function problemsOf(items: readonly string[], work: (item: string) => unknown): Promise<string[]> {
  const outcomes = await Promise.allSettled(items.map(async (item) => work(item)))
  return outcomes.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return []
    const { message } = outcome.reason as Error
    // The message of a syntax error or a missing import does not say where it is
    return message.startsWith('Cannot ') ? [message] : [`Cannot load "${items[index]}": ${message}`]
  })
}

/** Compiles all schemas, and adds all routes of the public API and all pages to a server that does not listen. */
async function addRoutes(
  contracts: readonly Contract[],
  modules: readonly ModuleDefinition[],
): Promise<void> {
  const versions = new Versions()
  const dispatcher = new Dispatcher({ strict: true, versions })
  for (const contract of contracts) dispatcher.registerContract(contract)
  for (const definition of modules) {
    const { name } = definition.contract
    // The other members of a hosted module are used by requests only
    dispatcher.modules.set(name, { name, definition } as HostedModule)
  }
  const edge = await createEdge({
    dispatcher,
    versions,
    log: createLog({ level: 'silent' }),
    publicUrl: 'http://localhost',
    ready: async () => ({ ready: true }),
    rateLimits: true,
    trustProxy: false,
  })
  await edge.ready()
  await edge.close()
}
