import type { ContractChange } from './change.ts'
import { compareContracts } from './compare.ts'
import type { ContractJson } from './contract-json.ts'
import { covers, isVersion, nextVersion, STEPS, stepBetween } from './version.ts'

/** The result of comparing a contract with its last release. */
export interface Verdict {
  module: string
  /** The last released version; undefined when there is none. */
  released: string | undefined
  /** The version in the code; undefined when the code no longer has the contract. */
  version: string | undefined
  changes: ContractChange[]
  /** Why the version or the contract must change, and how; undefined when the version covers the changes. */
  problem: string | undefined
}

/**
 * Checks that the version of a contract covers the changes since its last release. A contract that was never released only
 * needs a valid version. At least one of the two must be given.
 */
export function judgeContract(
  released: ContractJson | undefined,
  current: ContractJson | undefined,
): Verdict {
  const module = (current ?? released)!.name
  const versions = { module, released: released?.version, version: current?.version }
  if (!current) return { ...versions, changes: [], problem: problemOfMissing(module) }
  if (!released) return { ...versions, changes: [], problem: problemOfFormat(current.version) }
  const changes = compareContracts(released, current)
  return { ...versions, changes, problem: problemOfVersion(released.version, current.version, changes) }
}

function problemOfMissing(module: string): string {
  return (
    `modules/${module}/contract.ts no longer exists, which breaks all callers of the module. ` +
    `Restore it, or delete docs/contracts/${module}.json when nothing calls the module`
  )
}

function problemOfFormat(version: string): string | undefined {
  if (isVersion(version)) return undefined
  return `The version is "${version}", which is not valid: use MAJOR.MINOR.PATCH in whole numbers, such as 1.0.0`
}

function problemOfVersion(
  released: string,
  version: string,
  changes: readonly ContractChange[],
): string | undefined {
  const problem = problemOfFormat(version)
  if (problem !== undefined) return problem
  const step = stepBetween(released, version)
  if (step === undefined && version !== released) {
    return `The version is ${version}, which is before the released version ${released}. Set it to ${released} or later`
  }
  const needed = STEPS.find((each) => changes.some((change) => change.step === each))
  if (!needed || covers(step, needed)) return undefined
  const next = nextVersion(released, needed)
  const actual = step
    ? `the version takes only a ${step} step, to ${version}`
    : `the version is still ${version}`
  if (needed === 'major')
    return `Something breaks, and ${actual}. Undo it as described above, or set the version to ${next}`
  return `Something changed, and ${actual}. Set the version to ${next}`
}
