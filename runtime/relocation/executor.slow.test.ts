import { expect, it, vi } from 'vitest'
import {
  executorOf,
  expectAtSource,
  expectAtTarget,
  killAt,
  migratables,
  onProgress,
} from './executor-testing.ts'
import { STEPS } from './steps.ts'
import { openPair, sell } from './testing.ts'
import { resolveUnfinished } from './unfinished.ts'

// Each test runs two relocations.
vi.setConfig({ testTimeout: 60_000 })

it.each(STEPS.filter((step) => step !== 'preflight'))(
  'a relocation that is killed before "%s" is resumed to its end',
  async (step) => {
    const pair = await openPair()
    await killAt(pair, step)
    const unfinished = await resolveUnfinished(pair.source, { migratables })
    expect(unfinished?.isAtTarget).toBe(STEPS.indexOf(step) > STEPS.indexOf('seal'))
    if (!unfinished!.isAtTarget) await sell(pair.source, 2)
    const status = await executorOf(pair).resume({ onProgress })
    expect(status).toMatchObject({ state: 'done', error: null })
    await expectAtTarget(pair, unfinished!.isAtTarget ? 4 : 6)
  },
)

it.each(STEPS.filter((step) => step !== 'preflight' && step !== 'retire'))(
  'a relocation that is killed before "%s" is rolled back',
  async (step) => {
    const pair = await openPair()
    await killAt(pair, step)
    const isAtTarget = (await resolveUnfinished(pair.source, { migratables }))!.isAtTarget
    await sell(isAtTarget ? pair.target : pair.source, 2)
    const status = await executorOf(pair).rollback({ onProgress })
    expect(status).toMatchObject({ state: 'rolled back' })
    await expectAtSource(pair, 6)
    await expect(executorOf(pair).rollback({ onProgress })).rejects.toThrow(
      'nothing to resume or to roll back',
    )
  },
)

it('a module that returns to a database finds no record of its earlier move away', async () => {
  const pair = await openPair()
  expect(await executorOf(pair).run(pair.plan, { onProgress })).toMatchObject({ state: 'done', error: null })
  const { source, target, plan } = pair
  const reverse = { ...plan, id: `${plan.id}_home`, sourceUrl: plan.targetUrl, targetUrl: plan.sourceUrl }
  expect(await source`select from pando.moved`).toHaveLength(1)
  await killAt({ source: target, target: source, plan: reverse }, 'switch')
  expect(await resolveUnfinished(target, { migratables })).toMatchObject({ isAtTarget: true })
  expect(await source`select from pando.moved`).toHaveLength(0)
  const resumed = executorOf({ source: target, target: source, plan: reverse })
  expect(await resumed.resume({ onProgress })).toMatchObject({ state: 'done' })
})
