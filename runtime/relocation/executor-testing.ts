import { expect, onTestFinished } from 'vitest'
import { RelocationExecutor } from './executor.ts'
import { isSealed } from './fence.ts'
import { findOrphans } from './orphans.ts'
import type { ProcessControl } from './relocation.ts'
import type { RetryTimeouts } from './retry.ts'
import type { StepName } from './steps.ts'
import { type Pair, sell, TILL } from './testing.ts'

export const migratables = () => [TILL]
const SHORT: RetryTimeouts = { beforeSealMs: 2000, afterSealMs: 4000 }

/** Fake processes: each request succeeds at once and is recorded in `requests`. */
export class FakeProcesses implements ProcessControl {
  readonly requests: string[] = []
  async begin() {}
  async prepare() {
    this.requests.push('prepare')
  }
  placementAfter() {
    return { version: 2, modules: { till: ['http://127.0.0.1:4998'] } }
  }
  placementBefore() {
    return { version: 3, modules: { till: ['http://127.0.0.1:4999'] } }
  }
  async switchOver(_plan: unknown, direction: string) {
    this.requests.push(`switch ${direction}`)
  }
  async waitUntilReleased(_plan: unknown, direction: string) {
    this.requests.push(`waitUntilReleased ${direction}`)
  }
  async abandon() {
    this.requests.push('abandon')
  }
  async finish() {
    this.requests.push('finish')
  }
}

export function executorOf(
  { plan }: Pair,
  control: ProcessControl = new FakeProcesses(),
  retryTimeouts: RetryTimeouts = SHORT,
): RelocationExecutor {
  const executor = new RelocationExecutor({
    homeUrl: plan.sourceUrl,
    control: async () => control,
    migratables,
    log: { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} } as never,
    retryTimeouts,
  })
  onTestFinished(() => executor.close())
  return executor
}

export const onProgress = () => {}

/**
 * Runs a relocation until it stops before `step`, then closes the executor: the databases see the same as after a kill.
 */
export async function killAt(pair: Pair, step: StepName): Promise<void> {
  const executor = executorOf(pair)
  const held = Promise.withResolvers<void>()
  const run = executor.run(pair.plan, {
    holdAt: step,
    onProgress: (progress) => {
      if (progress.note === 'held') held.resolve()
    },
  })
  run.catch(() => {})
  await Promise.race([held.promise, run])
  await executor.close()
}

/** Expects the module only at the target, with this number of sales; the migration inserts one of them. */
export async function expectAtTarget({ source, target, plan }: Pair, sales: number): Promise<void> {
  expect(await target`select count(*) as sales from till.sale`).toEqual([{ sales }])
  expect(await source`select from pg_namespace where nspname = 'till'`).toHaveLength(0)
  expect(await isSealed(source, plan.id, ['till'])).toBe(true)
  await sell(target, 1)
  await expectNothingLeft({ source, target, plan })
}

/** Expects the module only at the source, with this number of sales; the migration inserts one of them. */
export async function expectAtSource({ source, target, plan }: Pair, sales: number): Promise<void> {
  expect(await source`select count(*) as sales from till.sale`).toEqual([{ sales }])
  expect(await target`select from pg_namespace where nspname = 'till'`).toHaveLength(0)
  await sell(source, 1)
  await expectNothingLeft({ source, target, plan })
}

/** Expects no replication slot, subscription or publication in either database. */
export async function expectNothingLeft({ source, target }: Pair): Promise<void> {
  const databases = [source, target]
  for (const sql of databases)
    expect(await findOrphans(sql, { unfinished: undefined, databases })).toEqual([])
}
