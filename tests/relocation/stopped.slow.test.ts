import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RelocationStatus } from '#runtime/relocation/relocation.ts'
import type { FailedRequest, LoadReport } from '#tests/support/open-loop.ts'
import { replicasOf } from '#tests/support/replicas.ts'
import {
  expectAllWell,
  expectNothingFailed,
  type MovingShop,
  startMovingShop,
  underLoad,
} from './moving-shop.ts'

let shop: MovingShop
beforeAll(async () => {
  shop = await startMovingShop({ args: ['--topology', 'hybrid'] })
  expect(await shop.pando('scale', 'shop', '2')).toMatchObject({ code: 0 })
}, 120_000)
afterAll(() => shop.close())

it('a replica that was suspended during the cutover writes nothing at the source, and switches when it resumes', async () => {
  const { answer: stoppedAtMs, load } = await underLoad(shop, async (visitors) => {
    const begun = shop.relocate('split', 'cart', '--hold-at', 'fence')
    await untilStep('catch up')
    const pid = await pidOf('shop', 1)
    process.kill(pid, 'SIGSTOP')
    const stopped = visitors.elapsedMs
    let resumed: Promise<unknown>
    try {
      resumed = shop.relocate('migration', 'resume')
      // The other processes have switched. The tables that the suspended replica may still use must not be dropped yet
      await untilStep('release')
      // The pause of writes did not depend on the suspended replica
      expect((await newestMove())?.pauseMs).toBeLessThan(3000)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await resumed
    expect((await begun).status?.state).toBe('done')
    return stopped
  })
  expectNothingFailed(withoutUncertain(load, stoppedAtMs), 'split cart')
  await expectAllWell(shop)
  const locations = (await replicasOf(shop.shop.dataDirectory)).filter(({ said }) =>
    Object.hasOwn(said?.modules ?? {}, 'cart'),
  )
  expect(locations.map(({ process }) => process)).toEqual(['cart'])
}, 180_000)

it('a target replica that was suspended does not delay the move, and gets the module when it resumes', async () => {
  const pid = await pidOf('shop', 1)
  const { answer: stoppedAtMs, load } = await underLoad(shop, async (visitors) => {
    const begun = shop.relocate('merge', 'cart', '--into', 'shop', '--hold-at', 'switch')
    await untilStep('seal')
    process.kill(pid, 'SIGSTOP')
    const stopped = visitors.elapsedMs
    try {
      await shop.relocate('migration', 'resume')
      expect((await begun).status?.state).toBe('done')
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    return stopped
  })
  expectNothingFailed(withoutUncertain(load, stoppedAtMs), 'merge cart')
  await expectAllWell(shop)
  await expect
    .poll(
      async () =>
        (await replicasOf(shop.shop.dataDirectory))
          .filter(({ said }) => Object.hasOwn(said?.modules ?? {}, 'cart'))
          .map(({ process, replica }) => `${process}.${replica}`),
      { timeout: 20_000 },
    )
    .toEqual(['shop.0', 'shop.1'])
}, 180_000)

/**
 * The report without failures of requests that the replica may have received before it was suspended. The shop cannot know
 * whether they were executed, and may answer so.
 */
function withoutUncertain(load: LoadReport, stoppedAtMs: number): LoadReport {
  const isUncertain = ({ atMs, reason }: FailedRequest) =>
    atMs <= stoppedAtMs && /^50[34] .*may have been executed/.test(reason)
  return { ...load, failed: load.failed.filter((each) => !isUncertain(each)) }
}

async function pidOf(name: string, index: number): Promise<number> {
  const replicas = await replicasOf(shop.shop.dataDirectory)
  return replicas.find(({ process, replica }) => process === name && replica === index)!.pid!
}

async function newestMove(): Promise<RelocationStatus | undefined> {
  const { output } = await shop.pando('migration', 'status', '--json')
  const line = output.split('\n').find((each) => each.startsWith('{'))
  return line === undefined ? undefined : (JSON.parse(line) as RelocationStatus)
}

async function untilStep(step: RelocationStatus['step']): Promise<void> {
  const end = Date.now() + 60_000
  for (;;) {
    const status = await newestMove()
    if (status?.step === step) return
    if (Date.now() > end) throw new Error(`The move did not reach ${step}: ${JSON.stringify(status)}`)
  }
}
