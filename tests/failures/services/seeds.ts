import { readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../seeds.json', import.meta.url)

/** Seeds with which the test has failed before. They are tried first. */
export function failingSeeds(): number[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as number[]
}

/** Runs with each seed, beginning with those that have failed before. Records a seed that fails in seeds.json. */
export async function withSeeds(
  seeds: readonly number[],
  run: (seed: number) => Promise<void>,
): Promise<void> {
  for (const seed of new Set([...failingSeeds(), ...seeds])) {
    try {
      await run(seed)
    } catch (error) {
      record(seed)
      throw new Error(`Seed ${seed} failed. It is recorded in tests/failures/seeds.json`, { cause: error })
    }
  }
}

function record(seed: number): void {
  const seeds = failingSeeds()
  if (!seeds.includes(seed)) writeFileSync(FILE, `${JSON.stringify([...seeds, seed])}\n`)
}
