import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ShopStatus } from '#cli/start/operations.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import { STEPS, type StepName } from '#runtime/relocation/steps.ts'
import { OpenLoop } from '#tests/support/open-loop.ts'
import { expectAllWell, holdBefore, type MovingShop, startMovingShop } from './moving-shop.ts'

const MODULE = 'orders'
/** What was decided can be taken back until then. */
const NO_WAY_BACK: StepName = 'retire'
const PATIENCE_MS = 30_000
/**
 * From 0 to 3: odd ones go back where the even ones go on and the other way round, and from 2 on the module is apart at
 * first. All four together try each victim at each step in both directions, both ways; two of them are enough for each
 * victim at each step to see both a resume and a rollback.
 */
const ROUNDS = (process.env.PANDO_TEST_ROUND ?? '0,1').split(',').map(Number)

const VICTIMS = {
  'the command line': async () => {},
  'the supervisor': async () => {
    await shop.shop.kill()
    await shop.restart()
  },
  'the process that has it': () =>
    killReplica((replica) => Object.hasOwn(replica.said?.modules ?? {}, MODULE)),
  'the process that gets it': () =>
    killReplica((replica) => replica.said?.standby?.includes(MODULE) ?? false),
  'the databases': async () => {
    const file = join(shop.shop.dataDirectory, 'postgres', 'cluster', 'postmaster.pid')
    process.kill(Number((await readFile(file, 'utf8')).split('\n')[0]), 'SIGKILL')
  },
} satisfies Record<string, () => Promise<void>>

let shop: MovingShop
afterAll(() => shop?.close())

// The preflight changes nothing.
const steps: StepName[] = STEPS.filter((step) => step !== 'preflight')
const victims = Object.keys(VICTIMS) as (keyof typeof VICTIMS)[]

describe.each(ROUNDS)('round %i', (round) => {
  beforeAll(() => startAnew(round), 120_000)

  // Each victim in turn, as a process that dies again and again within seconds is given up.
  describe.each(steps)('before "%s"', (step) => {
    it.each(victims)(
      'when %s is killed, the shop is open or opens again, and it ends one way or the other',
      async (victim) => {
        try {
          await killAt(step, victim, round)
        } catch (error) {
          const state = await describeShop()
          // The next one finds a shop that nothing has happened to.
          await startAnew(round)
          throw new Error(`${(error as Error).message}\n${state}`, { cause: error })
        }
      },
      120_000,
    )
  })
})

async function startAnew(round: number): Promise<void> {
  await shop?.close()
  shop = await startMovingShop({ args: ['--topology', 'hybrid'] })
  if (round >= 2) expect((await shop.relocate('split', MODULE)).status?.state).toBe('done')
}

/** What is known of a shop that a test failed with. */
async function describeShop(): Promise<string> {
  const { output } = await shop.pando('migration', 'status')
  return `--- pando migration status\n${output}--- the shop\n${shop.shop.output().slice(-4000)}`
}

async function killAt(step: StepName, victim: keyof typeof VICTIMS, round: number): Promise<void> {
  const isHome = (await processOf(MODULE)) === 'shop'
  const args = isHome ? ['split', MODULE] : ['merge', MODULE, '--into', 'shop']
  const begun = await holdBefore(step, args, shop.environment)
  await VICTIMS[victim]()
  begun.kill('SIGKILL')
  await untilOpen()

  // Both ways in turn, for each victim and step the other one than for its neighbour.
  const back = step !== NO_WAY_BACK && (steps.indexOf(step) + victims.indexOf(victim) + round) % 2 === 0
  const { status, output } = await shop.relocate('migration', back ? 'rollback' : 'resume')
  expect(status?.state, output).toBe(back ? 'rolled back' : 'done')
  // The process that was killed may be starting again.
  await vi.waitFor(
    async () => expect(await processOf(MODULE)).toBe(isHome === back ? 'shop' : MODULE),
    PATIENCE_MS,
  )
  await buySomething()
  await expectAllWell(shop)
  expect(await leftovers()).toEqual([])
}

async function killReplica(isIt: (replica: ShopStatus['replicas'][number]) => boolean): Promise<void> {
  const replica = (await replicas()).find(isIt)
  // Before it is prepared and after it has left there is none.
  if (replica?.pid) process.kill(replica.pid, 'SIGKILL')
}

async function replicas(): Promise<ShopStatus['replicas']> {
  const { output } = await shop.pando('status', '--json')
  try {
    return (JSON.parse(output) as ShopStatus).replicas
  } catch (error) {
    throw new Error(`"pando status" is no JSON: ${output}`, { cause: error })
  }
}

async function processOf(module: string): Promise<string | undefined> {
  const found = (await replicas()).filter(({ said }) => Object.hasOwn(said?.modules ?? {}, module))
  return found.map(({ process }) => process).join(' and ')
}

async function untilOpen(): Promise<void> {
  const end = Date.now() + PATIENCE_MS
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
  while (visitors.bought === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  expect((await visitors.stop()).failed).toEqual([])
}

/** Of replication, anywhere on the server. */
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
