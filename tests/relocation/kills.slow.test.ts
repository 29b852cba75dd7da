import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ShopStatus } from '#cli/start/operations.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { STEPS, type StepName } from '#runtime/relocation/steps.ts'
import { OpenLoop } from '#tests/support/open-loop.ts'
import { replicasOf } from '#tests/support/replicas.ts'
import { expectAllWell, holdBefore, type MovingShop, startMovingShop } from './moving-shop.ts'

const MODULE = 'orders'
/** The last step, which cannot be rolled back once it has begun. */
const POINT_OF_NO_RETURN: StepName = 'retire'
const TIMEOUT_MS = 30_000
/**
 * Rounds 0 to 3. Odd rounds roll back where even rounds resume, and vice versa. In rounds 2 and 3 the module is split off
 * first, so that it is merged. Two rounds test both a resume and a rollback for each victim at each step; all four also
 * test both directions.
 */
const ROUNDS = (process.env.PANDO_TEST_ROUND ?? '0,1').split(',').map(Number)

const VICTIMS = {
  'the command line': async () => {},
  'the supervisor': async () => {
    await shop.shop.kill()
    await shop.restart()
  },
  'the source process': () => killReplica((replica) => Object.hasOwn(replica.said?.modules ?? {}, MODULE)),
  'the target process': () => killReplica((replica) => replica.said?.standby?.includes(MODULE) ?? false),
  'the databases': async () => {
    const file = join(shop.shop.dataDirectory, 'postgres', 'cluster', 'postmaster.pid')
    process.kill(Number((await readFile(file, 'utf8')).split('\n')[0]), 'SIGKILL')
  },
} satisfies Record<string, () => Promise<void>>

let shop: MovingShop
afterAll(() => shop?.close())

// The preflight changes nothing, so a kill before it needs no test
const steps: StepName[] = STEPS.filter((step) => step !== 'preflight')
const victims = Object.keys(VICTIMS) as (keyof typeof VICTIMS)[]

describe.each(ROUNDS)('round %i', (round) => {
  beforeAll(() => startNewShop(round), 120_000)

  // Each victim in turn: the supervisor stops restarting a process that dies repeatedly within seconds
  describe.each(steps)('before "%s"', (step) => {
    it.each(victims)(
      'when %s is killed, the shop answers within 30 s, and the move can be resumed or rolled back',
      async (victim) => {
        try {
          await killAt(step, victim, round)
        } catch (error) {
          const state = await describeShop()
          // The next test needs an undisturbed shop
          await startNewShop(round)
          throw new Error(`${(error as Error).message}\n${state}`, { cause: error })
        }
      },
      120_000,
    )
  })
})

async function startNewShop(round: number): Promise<void> {
  await shop?.close()
  shop = await startMovingShop({ args: ['--topology', 'hybrid'] })
  if (round >= 2) expect((await shop.relocate('split', MODULE)).status?.state).toBe('done')
}

/** The state of the shop of a failed test. */
async function describeShop(): Promise<string> {
  const { output } = await shop.pando('migration', 'status')
  return `--- pando migration status\n${output}--- the shop\n${shop.shop.output().slice(-4000)}`
}

async function killAt(step: StepName, victim: keyof typeof VICTIMS, round: number): Promise<void> {
  const isInShop = (await processOf(MODULE)) === 'shop'
  const args = isInShop ? ['split', MODULE] : ['merge', MODULE, '--into', 'shop']
  const command = await holdBefore(step, args, shop.environment)
  await VICTIMS[victim]()
  command.kill('SIGKILL')
  await untilOpen()

  // Alternate between rollback and resume
  const rollsBack =
    step !== POINT_OF_NO_RETURN && (steps.indexOf(step) + victims.indexOf(victim) + round) % 2 === 0
  const { status, output } = await shop.relocate('migration', rollsBack ? 'rollback' : 'resume')
  expect(status?.state, output).toBe(rollsBack ? 'rolled back' : 'done')
  // The killed process may still be starting
  await vi.waitFor(
    async () => expect(await processOf(MODULE)).toBe(isInShop === rollsBack ? 'shop' : MODULE),
    TIMEOUT_MS,
  )
  await buySomething()
  await expectAllWell(shop)
  expect(await leftovers()).toEqual([])
}

async function killReplica(isVictim: (replica: ShopStatus['replicas'][number]) => boolean): Promise<void> {
  const replica = (await replicasOf(shop.shop.dataDirectory)).find(isVictim)
  // There is none before the target is prepared and after the module has left the source
  if (replica?.pid) process.kill(replica.pid, 'SIGKILL')
}

async function processOf(module: string): Promise<string> {
  const found = (await replicasOf(shop.shop.dataDirectory)).filter(({ said }) =>
    Object.hasOwn(said?.modules ?? {}, module),
  )
  return found.map(({ process }) => process).join(' and ')
}

async function untilOpen(): Promise<void> {
  const end = Date.now() + TIMEOUT_MS
  for (;;) {
    const answer = await fetch(`${shop.shop.origin}/api/v1/products?limit=1`).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > end)
      throw new Error(
        `The shop is not open: ${answer?.status ?? 'no answer'}\n${shop.shop.output().slice(-3000)}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function buySomething(): Promise<void> {
  const visitors = new OpenLoop(shop.shop.origin)
  await visitors.start(20, 1)
  while (visitors.orderCount === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await visitors.stop()).failed).toEqual([])
}

/** The replication slots and subscriptions on the server. */
async function leftovers(): Promise<string[]> {
  const embedded = await findEmbedded(join(shop.shop.dataDirectory, 'postgres'))
  const sql = openPool({ url: embedded!.url, max: 1, name: 'test' })
  try {
    const rows = await sql<{ name: string }[]>`
      select slot_name::text as name from pg_replication_slots union all select subname::text from pg_subscription`
    return rows.map(({ name }) => name)
  } finally {
    await sql.end({ timeout: 1 })
  }
}
