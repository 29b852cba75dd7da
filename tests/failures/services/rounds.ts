import { expect } from 'vitest'
import { pick, seededRandom } from '#shared/random.ts'
import { type Buyers, startBuyers } from './buyers.ts'
import { countStock, expectAllWell, untilSettled } from './consistency.ts'
import { type LoadedShop, pause, type Services } from './open-services.ts'
import { startVisitors, type Visitors } from './visitors.ts'

const BUYERS = 4
const VISITORS = 1
/** Few variants, so that buyers compete for them. */
const VARIANTS = 12

export interface Rounds<Opened extends LoadedShop> {
  seed: number
  open(): Promise<Opened>
  /** The disturbance under load. */
  disturb(services: Opened, visitors: Visitors, random: () => number): Promise<void>
}

/** Runs buyers and visitors while `disturb` disturbs the processes. Then expects that the data add up. */
export async function underLoad<Opened extends LoadedShop>({
  seed,
  open,
  disturb,
}: Rounds<Opened>): Promise<{ buyers: Buyers; visitors: Visitors }> {
  const services = await open()
  let buyers: Buyers | undefined
  let visitors: Visitors | undefined
  try {
    const { items } = await services.calls.catalog.listProducts({ limit: 50, available: true })
    const variantIds = items.flatMap((item) =>
      item.variants.filter((each) => each.available).map(({ id }) => id),
    )
    const stock = await countStock(services)
    const { origin, provider } = services
    buyers = startBuyers({ origin, provider, variantIds: variantIds.slice(0, VARIANTS), count: BUYERS, seed })
    visitors = startVisitors(
      origin,
      items.map(({ handle }) => handle),
      VISITORS,
      seed,
    )
    await untilBought(buyers)
    await disturb(services, visitors, seededRandom(seed))
    await Promise.all([buyers.stop(), visitors.stop()])
    const settledMs = await untilSettled(services)
    console.log(summary(seed, buyers, visitors, settledMs))
    const { acknowledged, surprises } = buyers
    await expectAllWell(services, { stock, acknowledged, surprises }, `seed ${seed}`)
    expect(acknowledged.length).toBeGreaterThan(0)
    return { buyers, visitors }
  } catch (error) {
    console.log(`seed ${seed} failed. The last output of the shop:\n${services.output().slice(-6000)}`)
    throw error
  } finally {
    await Promise.all([buyers?.stop(), visitors?.stop()])
    await services.stop()
  }
}

/** Kills a process and waits until the supervisor has restarted it. Returns the time that it took, in milliseconds. */
export async function kill(services: Services, visitors: Visitors, name: string): Promise<number> {
  visitors.disturbed = name
  await services.signal(name, 'SIGKILL')
  const ms = await services.untilReady(name)
  await visitors.untilWell()
  visitors.disturbed = 'nothing'
  return ms
}

/** Yields `count` names: first each of them in turn, then random ones. */
export function* victims(names: readonly string[], count: number, random: () => number): Generator<string> {
  for (let nth = 0; nth < count; nth++) yield nth < names.length ? names[nth]! : pick(random, names)
}

async function untilBought(buyers: Buyers): Promise<void> {
  while (buyers.acknowledged.length === 0) await pause(50)
}

function summary(seed: number, buyers: Buyers, visitors: Visitors, settledMs: number): string {
  const { acknowledged, ends, repeats, longestOrderMs } = buyers
  const lines = Object.entries(visitors.seen).map(
    ([disturbed, { requests, failed }]) =>
      `  ${disturbed} disturbed: ${requests - failed} of ${requests} pages and lists (${((100 * (requests - failed)) / requests).toFixed(1)} %)`,
  )
  return [
    `seed ${seed}: ${acknowledged.length} orders acknowledged, ${repeats} repeats, longest order ${Math.round(longestOrderMs)} ms, settled ${Math.round(settledMs)} ms after the last purchase`,
    `  ${JSON.stringify(ends)}`,
    ...lines,
    ...visitors.failures.map((failure) => `  ${failure}`),
  ].join('\n')
}
