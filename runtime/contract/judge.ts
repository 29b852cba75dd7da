import type { ContractChange } from './change.ts'
import { compareContracts } from './compare.ts'
import type { ReleasedContract } from './released.ts'
import { covers, isVersion, nextVersion, STEPS, stepBetween } from './version.ts'

/** What comes of comparing one contract with its last release. */
export interface Verdict {
  module: string
  /** The version that was released last; undefined when none was. */
  released: string | undefined
  /** The version in the code; undefined when the code has no such contract any more. */
  version: string | undefined
  changes: ContractChange[]
  /** Why it may not stay so, with what to do; undefined when all is well. */
  problem: string | undefined
}

/** Judges whether a contract's version says enough of what has changed since its last release. */
export function judgeContract(
  released: ReleasedContract | undefined,
  current: ReleasedContract | undefined,
): Verdict {
  const module = (current ?? released)!.name
  const versions = { module, released: released?.version, version: current?.version }
  if (!released) return { ...versions, changes: [], problem: undefined }
  if (!current) return { ...versions, changes: [], problem: problemOfMissing(module) }
  const changes = compareContracts(released, current)
  return { ...versions, changes, problem: problemOfVersion(released.version, current.version, changes) }
}

function problemOfMissing(module: string): string {
  return (
    `There is no modules/${module}/contract.ts any more, which breaks all that call it. ` +
    `Bring it back, or delete docs/contracts/${module}.json when nobody calls it`
  )
}

function problemOfVersion(
  released: string,
  version: string,
  changes: readonly ContractChange[],
): string | undefined {
  if (!isVersion(version))
    return `The version is "${version}", which is none: it is MAJOR.MINOR.PATCH in whole numbers, such as 1.0.0`
  const step = stepBetween(released, version)
  if (step === undefined && version !== released) {
    return `The version is ${version}, which is before the released ${released}. Set it to ${released} or a later one`
  }
  const needed = STEPS.find((each) => changes.some((change) => change.step === each))
  if (!needed || covers(step, needed)) return undefined
  const next = nextVersion(released, needed)
  const came = step
    ? `the version makes a ${step} step only, to ${version}`
    : `the version is still ${version}`
  if (needed === 'major')
    return `Something breaks, and ${came}. Undo it as told above, or set the version to ${next}`
  return `Something changed, and ${came}. Set the version to ${next}`
}
