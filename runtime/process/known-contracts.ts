import type { Contract } from '../contract/contract.ts'
import type { ModuleDefinition } from '../module/define.ts'
import type { ShopOptions } from './shop-options.ts'

/** The contracts of the modules of this process, of the modules they need, and all others of the options. */
export function contractsOf({ modules, contracts }: Pick<ShopOptions, 'modules' | 'contracts'>): Contract[] {
  const known = new Map<string, Contract>()
  for (const each of contracts ?? []) known.set(each.name, each)
  for (const { needs } of modules) for (const need of Object.values(needs)) known.set(need.name, need)
  for (const { contract } of modules) known.set(contract.name, contract)
  return [...known.values()]
}

/** The modules that react to each event, by `module.event`. */
export function subscribersOf(contracts: readonly Contract[]): Map<string, string[]> {
  const subscribers = new Map<string, string[]>()
  for (const { name, reactsTo } of contracts) {
    for (const event of reactsTo) subscribers.set(event, [...(subscribers.get(event) ?? []), name])
  }
  return subscribers
}

/** Modules on whose commits cached answers depend. */
export function cachedModules(
  modules: readonly ModuleDefinition[],
  contracts: readonly Contract[],
): Set<string> {
  const caches = [
    ...contracts.flatMap(({ methods }) => Object.values(methods).map((method) => method.cache)),
    ...modules.flatMap(({ pages }) => pages.map((page) => page.cache)),
  ]
  return new Set(caches.flatMap((cache) => cache?.dependsOn ?? []))
}

/** Modules that this process calls: those in the needs of its modules, and with a public port all that have routes. */
export function neededModules(
  { modules, http }: Pick<ShopOptions, 'modules' | 'http'>,
  contracts: readonly Contract[],
): Set<string> {
  const needs = modules.flatMap((module) => Object.values(module.needs).map(({ name }) => name))
  const routed = contracts.filter(({ methods }) => Object.values(methods).some(({ rest }) => rest))
  return new Set([...needs, ...(http ? routed.map(({ name }) => name) : [])])
}
