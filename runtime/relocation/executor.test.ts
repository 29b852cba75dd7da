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
import { PermanentError } from './retry.ts'
import { STEPS } from './steps.ts'
import { forge, keepSelling, openPair, sell } from './testing.ts'

// On a busy machine the copy of each table takes a second.
vi.setConfig({ testTimeout: 60_000 })

it('moves a module during writes, and loses no acknowledged write', async () => {
  const pair = await openPair({ sales: 1000 })
  const { source, target, plan } = pair
  const control = new FakeProcesses()
  const executor = executorOf(pair, control)
  const writers = keepSelling(source, 4)
  const status = await executor.run(plan, { onProgress })
  const { sold } = await writers.stop()
  // The sale of the migration, and for each other sale its row and its line
  expect(status).toMatchObject({ state: 'done', error: null, rows: 1 + 2 * (1000 + sold) })
  expect(status.pauseMs).toBeGreaterThan(0)
  expect(status.steps.map((each) => each.step)).toEqual(STEPS.filter((step) => step !== 'preflight'))
  // The steps "prepare" and "catch up" both prepare the processes
  expect(control.requests).toEqual([
    'prepare',
    'prepare',
    'switch forward',
    'waitUntilReleased forward',
    'finish',
  ])
  await expectAtTarget(pair, 1001 + sold)
  await expect(executor.resume({ onProgress })).rejects.toThrow('nothing to resume')
  expect(await target`select from till.pando_migration where name not like 'runtime/%'`).toHaveLength(1)
})

it('refuses a rollback once it has begun to drop the tables at the source', async () => {
  const pair = await openPair()
  await killAt(pair, 'retire')
  const executor = executorOf(pair)
  expect(await executor.list()).toMatchObject([{ state: 'failed', step: 'release' }])
  const control = new FakeProcesses()
  control.finish = async () => {
    throw new Error('the disk is full')
  }
  const interrupted = executorOf(pair, control)
  expect(await interrupted.resume({ onProgress })).toMatchObject({ state: 'failed', step: 'retire' })
  await interrupted.close()
  await expect(executor.rollback({ onProgress })).rejects.toThrow('already being dropped')
  expect(await executor.resume({ onProgress })).toMatchObject({ state: 'done' })
  await expectAtTarget(pair, 4)
})

it('rolls back when the copy differs from the original', async () => {
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

it('fails when the target process does not start, and keeps the source writable', async () => {
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

it('retries a switch that fails, while the source refuses writes', async () => {
  const pair = await openPair()
  const control = new FakeProcesses()
  let attempts = 0
  control.switchOver = async () => {
    await expect(sell(pair.source, 1)).rejects.toMatchObject({ code: 'PN001' })
    if (++attempts < 3) throw new Error('the target process was killed')
  }
  expect(await executorOf(pair, control).run(pair.plan, { onProgress })).toMatchObject({ state: 'done' })
  expect(attempts).toBe(3)
  await expectAtTarget(pair, 4)
})

it('rolls back a switch that hangs', async () => {
  const pair = await openPair()
  const control = new FakeProcesses()
  const hangs = Promise.withResolvers<void>()
  const { promise: never } = Promise.withResolvers<void>()
  control.switchOver = (_plan, direction) => {
    control.requests.push(`switch ${direction}`)
    if (direction === 'backward') return Promise.resolve()
    hangs.resolve()
    return never
  }
  const executor = executorOf(pair, control)
  const run = executor.run(pair.plan, { onProgress })
  const isInterrupted = expect(run).rejects.toThrow('another command rolls it back')
  await hangs.promise
  expect(await executor.rollback({ onProgress })).toMatchObject({ state: 'rolled back' })
  await isInterrupted
  expect(control.requests).toContain('switch backward')
  await expectAtSource(pair, 4)
})

it('lets only one executor work on a relocation', async () => {
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

it('executes a relocation once when it is resumed twice at the same time', async () => {
  const pair = await openPair()
  await killAt(pair, 'fence')
  const control = new FakeProcesses()
  const executor = executorOf(pair, control)
  const ends = await Promise.all([executor.resume({ onProgress }), executor.resume({ onProgress })])
  expect(ends).toMatchObject([{ state: 'done' }, { state: 'done' }])
  expect(control.requests.filter((request) => request === 'switch forward')).toHaveLength(1)
  await expectAtTarget(pair, 4)
})

it('resumes a rollback as a rollback', async () => {
  const pair = await openPair()
  await killAt(pair, 'verify')
  const control = new FakeProcesses()
  control.waitUntilReleased = async (_plan, direction) => {
    control.requests.push(`waitUntilReleased ${direction}`)
    throw new PermanentError('it hangs')
  }
  const executor = executorOf(pair, control)
  expect(await executor.rollback({ onProgress })).toMatchObject({ state: 'failed' })
  await executor.close()
  // The source prepares for the modules before writers wait.
  expect(control.requests).toEqual(['prepare', 'switch backward', 'waitUntilReleased backward'])
  const again = executorOf(pair)
  expect(await again.list()).toMatchObject([{ state: 'failed' }])
  expect(await again.resume({ onProgress })).toMatchObject({ state: 'rolled back' })
  await expectAtSource(pair, 4)
})

it('changes only the process when both sides share a database', async () => {
  const pair = await openPair()
  const plan = { ...pair.plan, targetUrl: pair.plan.sourceUrl }
  const control = new FakeProcesses()
  const status = await executorOf(pair, control).run(plan, { onProgress })
  expect(status).toMatchObject({ state: 'done', rows: 0 })
  expect(control.requests).toContain('switch forward')
  await sell(pair.source, 1)
  expect(await pair.source`select from pando.fence`).toHaveLength(0)
})

it('moves a module to the target, and home with another relocation', async () => {
  const pair = await openPair()
  const executor = executorOf(pair)
  await executor.run(pair.plan, { onProgress })
  await sell(pair.target, 2)
  const reverse = {
    ...pair.plan,
    id: `${pair.plan.id}_home`,
    sourceUrl: pair.plan.targetUrl,
    targetUrl: pair.plan.sourceUrl,
  }
  expect(await executor.run(reverse, { onProgress })).toMatchObject({ state: 'done' })
  await expectAtTarget({ source: pair.target, target: pair.source, plan: reverse }, 6)
})

it('previews the exact number of rows of small tables that are not analyzed yet', async () => {
  // The migration of the module inserts a sixth sale, without a line
  const pair = await openPair({ sales: 5 })
  const { tables } = await executorOf(pair).preview(pair.plan)
  const rows = Object.fromEntries(tables.map((each) => [each.name, each]))
  expect(rows['till.sale']).toEqual({ name: 'till.sale', rows: 6, isEstimate: false })
  expect(rows['till.line']).toMatchObject({ rows: 5 })
})

it('fails at once when the home database does not exist', async () => {
  const pair = await openPair()
  const missing = new URL(pair.plan.sourceUrl)
  missing.pathname = '/missing'
  const executor = executorOf({ ...pair, plan: { ...pair.plan, sourceUrl: missing.href } })
  const message =
    'Cannot use the database that records splits and merges: database "missing" does not exist. Run "pando doctor" for details'
  await expect(executor.list()).rejects.toThrow(message)
  await expect(executor.preview(pair.plan)).rejects.toThrow(message)
  await expect(executor.resume({ onProgress })).rejects.toThrow(message)
})
