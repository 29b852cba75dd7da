import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../seeds.json', import.meta.url)

/** Seeds of faults that a shop did not bear once, to be tried before all others. */
export function failingSeeds(): number[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as number[]
}

/** Runs with each seed, those that failed before first; notes one that fails. */
export async function withSeeds(
  seeds: readonly number[],
  run: (seed: number) => Promise<void>,
): Promise<void> {
  for (const seed of new Set([...failingSeeds(), ...seeds])) {
    try {
      await run(seed)
    } catch (error) {
      keep(seed)
      throw new Error(`Seed ${seed} failed, and is in tests/failures/seeds.json now`, { cause: error })
    }
  }
}

function keep(seed: number): void {
  const seeds = failingSeeds()
  if (!seeds.includes(seed)) writeFileSync(FILE, `${JSON.stringify([...seeds, seed])}\n`)
}
