import type { Contract } from '#runtime/contract/contract.ts'
import { didYouMean } from '#runtime/topology/nearest.ts'

/** Stands for all permissions. */
export const ALL = '*'

/** The permissions that the methods of these contracts require, sorted by name. */
export function knownPermissions(contracts: readonly Pick<Contract, 'methods'>[]): string[] {
  const names = contracts.flatMap(({ methods }) =>
    Object.values(methods).flatMap(({ access }) =>
      access.startsWith('staff:') ? [access.slice('staff:'.length)] : [],
    ),
  )
  return [...new Set(names)].sort()
}

/** Parses a list such as `catalog.write,orders.read`. Throws for a name that is not a known permission. */
export function readPermissions(text: string, known: readonly string[]): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))]
  const unknown = names.filter((name) => name !== ALL && !known.includes(name))
  if (unknown.length === 0) return names
  const quoted = unknown.map((name) => `"${name}"`).join(', ')
  const problem =
    unknown.length === 1
      ? `permission ${quoted}: it does not exist.${didYouMean(unknown[0]!, known)}`
      : `permissions ${quoted}: they do not exist.`
  throw new Error(`Cannot give the ${problem} The permissions are ${known.join(', ')}, and ${ALL} for all`)
}
