import type { Step } from './change.ts'

/** From the largest to the smallest. */
export const STEPS: readonly Step[] = ['major', 'minor', 'patch']

/**
 * The step from one version to a later one; undefined when `now` is not later. Throws for a version that is not valid.
 */
export function stepBetween(before: string, now: string): Step | undefined {
  const [numbers, numbersNow] = [parseVersion(before), parseVersion(now)]
  const index = numbers.findIndex((number, position) => number !== numbersNow[position])
  return index >= 0 && numbersNow[index]! > numbers[index]! ? STEPS[index] : undefined
}

/** The version after a step: `minor` takes 1.2.3 to 1.3.0. */
export function nextVersion(version: string, step: Step): string {
  const [major = 0, minor = 0, patch = 0] = parseVersion(version)
  if (step === 'major') return `${major + 1}.0.0`
  return step === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

/** Whether a step is at least as large as another. */
export function covers(step: Step | undefined, needed: Step): boolean {
  return step !== undefined && STEPS.indexOf(step) <= STEPS.indexOf(needed)
}

/** Whether the text is `MAJOR.MINOR.PATCH` in whole numbers. */
export function isVersion(version: string): boolean {
  return /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/.test(version)
}

function parseVersion(version: string): number[] {
  if (!isVersion(version))
    throw new Error(
      `Cannot read the contract version "${version}": use MAJOR.MINOR.PATCH in whole numbers, such as 1.0.0`,
    )
  return version.split('.').map(Number)
}
