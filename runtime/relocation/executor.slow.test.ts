import { expect, it, vi } from 'vitest'
import {
  executorOf,
  expectAtSource,
  expectAtTarget,
  killAt,
  migratables,
  onProgress,
} from './executor-testing.ts'
import { STEPS } from './relocation.ts'
import { openPair, sell } from './testing.ts'
import { unfinished } from './unfinished.ts'

// Each is two relocations, one after the other.
vi.setConfig({ testTimeout: 60_000 })

it.each(STEPS.filter((step) => step !== 'preflight'))(
  'killed before "%s", it is resumed to its end',
  async (step) => {
    const pair = await openPair()
    await killAt(pair, step)
    const found = await unfinished(pair.plan.sourceUrl, { migratables })
    expect(found?.sealed).toBe(STEPS.indexOf(step) > STEPS.indexOf('seal'))
    if (!found!.sealed) await sell(pair.source, 2)
    const status = await executorOf(pair).resume({ onProgress })
    expect(status).toMatchObject({ state: 'done', error: null })
    await expectAtTarget(pair, found!.sealed ? 4 : 6)
  },
)

it.each(STEPS.filter((step) => step !== 'preflight' && step !== 'retire'))(
  'killed before "%s", it is rolled back',
  async (step) => {
    const pair = await openPair()
    await killAt(pair, step)
    const sealed = (await unfinished(pair.plan.sourceUrl, { migratables }))!.sealed
    await sell(sealed ? pair.target : pair.source, 2)
    const status = await executorOf(pair).rollback({ onProgress })
    expect(status).toMatchObject({ state: 'rolled back' })
    await expectAtSource(pair, 6)
    await expect(executorOf(pair).rollback({ onProgress })).rejects.toThrow(
      'nothing to resume or to roll back',
    )
  },
)

it('a module that comes back where it was before finds no word that it is elsewhere', async () => {
  const pair = await openPair()
  expect(await executorOf(pair).run(pair.plan, { onProgress })).toMatchObject({ state: 'done', error: null })
  const { source, target, plan } = pair
  const home = { ...plan, id: `${plan.id}_home`, sourceUrl: plan.targetUrl, targetUrl: plan.sourceUrl }
  expect(await source`select from pando.moved`).toHaveLength(1)
  await killAt({ source: target, target: source, plan: home }, 'switch')
  expect(await unfinished(home.sourceUrl, { migratables })).toMatchObject({ sealed: true })
  expect(await source`select from pando.moved`).toHaveLength(0)
  const resumed = executorOf({ source: target, target: source, plan: home })
  expect(await resumed.resume({ onProgress })).toMatchObject({ state: 'done' })
})
