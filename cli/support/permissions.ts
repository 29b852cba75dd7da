import type { Contract } from '#runtime/contract/contract.ts'
import { didYouMean } from '#runtime/topology/nearest.ts'

/** Every permission there is. */
export const ALL = '*'

/** The permissions that the methods of these contracts ask for, by name. */
export function knownPermissions(contracts: readonly Pick<Contract, 'methods'>[]): string[] {
  const names = contracts.flatMap(({ methods }) =>
    Object.values(methods).flatMap(({ access }) =>
      access.startsWith('staff:') ? [access.slice('staff:'.length)] : [],
    ),
  )
  return [...new Set(names)].sort()
}

/** Reads a list such as `catalog.write,orders.read`. Throws for a name that no method asks for. */
export function readPermissions(text: string, known: readonly string[]): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))]
  const unknown = names.filter((name) => name !== ALL && !known.includes(name))
  if (unknown.length === 0) return names
  const quoted = unknown.map((name) => `"${name}"`).join(', ')
  const hint = unknown.length === 1 ? didYouMean(unknown[0]!, known) : ''
  throw new Error(
    `Cannot give the permission ${quoted}: there is none of this name.${hint} The permissions are ${known.join(', ')}, and ${ALL} for all`,
  )
}
