import { expect, it, vi } from 'vitest'
import {
  executorOf,
  expectAtSource,
  expectAtTarget,
  expectNothingLeft,
  FakeProcesses,
  killAt,
  onProgress,
} from './executor-testing.ts'
import { STEPS } from './relocation.ts'
import { PermanentError } from './retry.ts'
import { forge, keepSelling, openPair, sell } from './testing.ts'

// A busy machine takes a second for each table that it copies.
vi.setConfig({ testTimeout: 60_000 })

it('moves a module while it is being written, and nothing that was acknowledged is lost', async () => {
  const pair = await openPair({ sales: 1000 })
  const { source, target, plan } = pair
  const control = new FakeProcesses()
  const executor = executorOf(pair, control)
  const writers = keepSelling(source, 4)
  const status = await executor.run(plan, { onProgress })
  const { sold } = await writers.stop()
  expect(status).toMatchObject({ state: 'done', error: null, rows: 1 + 2 * (1000 + sold) })
  expect(status.pauseMs).toBeGreaterThan(0)
  expect(status.steps.map((each) => each.step)).toEqual(STEPS.filter((step) => step !== 'preflight'))
  expect(control.asked).toEqual(['prepare', 'prepare', 'switch forth', 'released forth', 'settle'])
  await expectAtTarget(pair, 1001 + sold)
  await expect(executor.resume({ onProgress })).rejects.toThrow('nothing to resume')
  expect(await target`select from till.pando_migration where name not like 'runtime/%'`).toHaveLength(1)
})

it('killed while what the module left was being dropped, it goes forth only', async () => {
  const pair = await openPair()
  await killAt(pair, 'retire')
  const executor = executorOf(pair)
  expect(await executor.list()).toMatchObject([{ state: 'failed', step: 'release' }])
  const control = new FakeProcesses()
  control.settle = async () => {
    throw new Error('the disk is full')
  }
  const first = executorOf(pair, control)
  expect(await first.resume({ onProgress })).toMatchObject({ state: 'failed', step: 'retire' })
  await first.close()
  await expect(executor.rollback({ onProgress })).rejects.toThrow('being dropped already')
  expect(await executor.resume({ onProgress })).toMatchObject({ state: 'done' })
  await expectAtTarget(pair, 4)
})

it('a copy that differs from its original takes the module back', async () => {
  const pair = await openPair()
  const { target } = pair
  const executor = executorOf(pair)
  let forged: Promise<unknown> | undefined
  const status = await executor.run(pair.plan, {
    onProgress: ({ step, phase }) => {
      if (step === 'catch up' && phase === 'begun') forged = forge(target, 'delete from till.line')
    },
  })
  await forged
  expect(status).toMatchObject({ state: 'rolled back', error: expect.stringContaining('till.line has') })
  expect(await pair.source`select count(*) as sales from till.sale`).toEqual([{ sales: 4 }])
  await expectNothingLeft(pair)
})

it('a target process that does not come up leaves the choice, and the source writable', async () => {
  const pair = await openPair()
  const control = new FakeProcesses()
  control.prepare = async () => {
    throw new Error('it has no port')
  }
  const executor = executorOf(pair, control)
  const status = await executor.run(pair.plan, { onProgress })
  expect(status).toMatchObject({
    state: 'failed',
    step: 'prepare',
    error: expect.stringContaining('it has no port'),
  })
  await sell(pair.source, 1)
  await expect(executor.run({ ...pair.plan, id: 'rlc_another' }, { onProgress })).rejects.toThrow(
    'has not ended',
  )
  expect(await executor.rollback({ onProgress })).toMatchObject({ state: 'rolled back' })
  await expectAtSource(pair, 5)
})

it('a switch that fails for a while is taken again, while nobody can write at the old place', async () => {
  const pair = await openPair()
  const control = new FakeProcesses()
  let tries = 0
  control.switchOver = async () => {
    await expect(sell(pair.source, 1)).rejects.toMatchObject({ code: 'PN001' })
    if (++tries < 3) throw new Error('the target process was killed')
  }
  expect(await executorOf(pair, control).run(pair.plan, { onProgress })).toMatchObject({ state: 'done' })
  expect(tries).toBe(3)
  await expectAtTarget(pair, 4)
})

it('a switch that hangs can be rolled back', async () => {
  const pair = await openPair()
  const control = new FakeProcesses()
  const hangs = Promise.withResolvers<void>()
  const { promise: never } = Promise.withResolvers<void>()
  control.switchOver = (_plan, direction) => {
    control.asked.push(`switch ${direction}`)
    if (direction === 'back') return Promise.resolve()
    hangs.resolve()
    return never
  }
  const executor = executorOf(pair, control)
  const run = executor.run(pair.plan, { onProgress })
  const isInterrupted = expect(run).rejects.toThrow('it is rolled back')
  await hangs.promise
  expect(await executor.rollback({ onProgress })).toMatchObject({ state: 'rolled back' })
  await isInterrupted
  expect(control.asked).toContain('switch back')
  await expectAtSource(pair, 4)
})

it('two executors do not work on the same relocation', async () => {
  const pair = await openPair()
  const executor = executorOf(pair)
  const held = Promise.withResolvers<void>()
  const run = executor.run(pair.plan, {
    holdAt: 'fence',
    onProgress: ({ note }) => {
      if (note === 'held') held.resolve()
    },
  })
  await held.promise
  await expect(executorOf(pair).resume({ onProgress })).rejects.toThrow('another process')
  await executor.resume({ onProgress })
  expect(await run).toMatchObject({ state: 'done' })
})

it('resumed twice at once, it is executed once', async () => {
  const pair = await openPair()
  await killAt(pair, 'fence')
  const control = new FakeProcesses()
  const executor = executorOf(pair, control)
  const ends = await Promise.all([executor.resume({ onProgress }), executor.resume({ onProgress })])
  expect(ends).toMatchObject([{ state: 'done' }, { state: 'done' }])
  expect(control.asked.filter((what) => what === 'switch forth')).toHaveLength(1)
  await expectAtTarget(pair, 4)
})

it('a way back that stops is taken up as the way back', async () => {
  const pair = await openPair()
  await killAt(pair, 'verify')
  const control = new FakeProcesses()
  control.released = async (_plan, direction) => {
    control.asked.push(`released ${direction}`)
    throw new PermanentError('it hangs')
  }
  const executor = executorOf(pair, control)
  expect(await executor.rollback({ onProgress })).toMatchObject({ state: 'failed' })
  await executor.close()
  // The source gets ready for the modules before anybody waits.
  expect(control.asked).toEqual(['prepare', 'switch back', 'released back'])
  const again = executorOf(pair)
  expect(await again.list()).toMatchObject([{ state: 'failed' }])
  expect(await again.resume({ onProgress })).toMatchObject({ state: 'rolled back' })
  await expectAtSource(pair, 4)
})

it('only the process changes when both sides share a database', async () => {
  const pair = await openPair()
  const plan = { ...pair.plan, targetUrl: pair.plan.sourceUrl }
  const control = new FakeProcesses()
  const status = await executorOf(pair, control).run(plan, { onProgress })
  expect(status).toMatchObject({ state: 'done', rows: 0 })
  expect(control.asked).toContain('switch forth')
  await sell(pair.source, 1)
  expect(await pair.source`select from pando.fence`).toHaveLength(0)
})

it('to the target, and by another relocation back again', async () => {
  const pair = await openPair()
  const executor = executorOf(pair)
  await executor.run(pair.plan, { onProgress })
  await sell(pair.target, 2)
  const home = {
    ...pair.plan,
    id: `${pair.plan.id}_home`,
    sourceUrl: pair.plan.targetUrl,
    targetUrl: pair.plan.sourceUrl,
  }
  expect(await executor.run(home, { onProgress })).toMatchObject({ state: 'done' })
  await expectAtTarget({ source: pair.target, target: pair.source, plan: home }, 6)
})

it('previews the rows of tables that PostgreSQL has not looked at yet', async () => {
  // Its migrations bring one more
  const pair = await openPair({ sales: 5 })
  const { tables } = await executorOf(pair).preview(pair.plan)
  const rows = Object.fromEntries(tables.map((each) => [each.name, each]))
  expect(rows['till.sale']).toEqual({ name: 'till.sale', rows: 6, isEstimate: false })
  expect(rows['till.line']).toMatchObject({ rows: 5 })
})

it('says at once that the database which records moves is not there', async () => {
  const pair = await openPair()
  const gone = new URL(pair.plan.sourceUrl)
  gone.pathname = '/gone'
  const executor = executorOf({ ...pair, plan: { ...pair.plan, sourceUrl: gone.href } })
  const words =
    'Cannot use the database that records splits and merges: database "gone" does not exist. Run "pando doctor" for details'
  await expect(executor.list()).rejects.toThrow(words)
  await expect(executor.preview(pair.plan)).rejects.toThrow(words)
  await expect(executor.resume({ onProgress })).rejects.toThrow(words)
})
