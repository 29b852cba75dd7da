import { expect, it } from 'vitest'
import { liftFence, raiseFence, removeFence, sealFence } from './fence.ts'
import { endLeases, handOver } from './hand-over.ts'
import { measureLag } from './marker.ts'
import { streamName } from './names.ts'
import { readStream } from './progress.ts'
import { dropLeftSchemas, dropSchemas, endReplication } from './retire.ts'
import { retry } from './retry.ts'
import { holdSnapshot, holdSnapshotAt } from './snapshot.ts'
import { forge, keepSelling, openReplicated, replicate, sell, until } from './testing.ts'
import { compareSnapshots, matchingSnapshots } from './verify.ts'

it('a copy loses nothing of what eight writers write meanwhile, and the fence refuses their writes', async () => {
  const pair = await openReplicated({ sales: 2000 })
  const { source, target, plan } = pair
  await replicate(pair)
  const writers = keepSelling(source, 8)
  await until(
    async () => (await measureLag({ sender: source, receiver: target }, plan.id, 1000)) !== undefined,
  )
  const { nonce } = await retry(() => raiseFence(source, plan.id, ['till']), {
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  })
  const [atSource, atTarget] = await Promise.all([
    holdSnapshot(source),
    holdSnapshotAt(target, { relocation: plan.id, nonce, timeoutMs: 5000 }),
  ])
  const { sold, refused } = await writers.stop()
  const { rows, differences } = await compareSnapshots(atSource.sql, atTarget!.sql, ['till'])
  await Promise.all([atSource.release(), atTarget!.release()])
  expect(differences).toEqual([])
  expect(new Set(refused)).toEqual(new Set(['PN001']))
  expect(rows).toBe(1 + 2 * (2000 + sold))
})

it('writes at the target reach the source when the module moves back', async () => {
  const { source, target, plan } = await openReplicated()
  await raiseFence(source, plan.id, ['till'])
  await handOver(source, target, ['till'])
  await handOver(source, target, ['till'])
  await sealFence(source, plan.id, ['till'], { toProcess: 'till', placement: { version: 1, modules: {} } })
  await sell(target, 5)
  const [last] = await target`select max(number) as number from till.sale`
  // The source has given the numbers 1001 to 1004
  expect(last!.number).toBe(1009)

  const snapshots = await matchingSnapshots({ source, target }, plan.id, ['till'])
  expect(
    (await compareSnapshots(snapshots!.source.sql, snapshots!.target.sql, ['till'])).differences,
  ).toEqual([])
  await Promise.all([snapshots!.source.release(), snapshots!.target.release()])

  const { nonce } = await raiseFence(target, plan.id, ['till'])
  const back = await holdSnapshotAt(source, { relocation: plan.id, nonce, timeoutMs: 5000 })
  await back!.release()
  await handOver(target, source, ['till'])
  await sealFence(target, plan.id, ['till'], { toProcess: 'shop', placement: { version: 2, modules: {} } })
  await removeFence(source, ['till'])
  await sell(source, 1)
  const [next] = await source`select count(*) as count, max(number) as number from till.sale`
  expect(next).toEqual({ count: 10, number: 1010 })
})

it('compareSnapshots() finds changed contents and a missing row', async () => {
  const { source, target, plan } = await openReplicated()
  await forge(target, `update till.line set title = 'forged'`)
  await forge(target, `delete from till.sale where id = 'sale_first'`)
  const { nonce } = await raiseFence(source, plan.id, ['till'])
  const atTarget = await holdSnapshotAt(target, { relocation: plan.id, nonce, timeoutMs: 5000 })
  const atSource = await holdSnapshot(source)
  const { differences } = await compareSnapshots(atSource.sql, atTarget!.sql, ['till'])
  await Promise.all([atSource.release(), atTarget!.release()])
  expect(differences).toEqual([
    'till.line has 3 rows on both sides, but different contents',
    'till.sale has 4 rows at the source and 3 at the target',
  ])
})

it('endLeases() makes running workflows due at once, except those of the target process, and no waiting ones', async () => {
  const { source, target, plan } = await openReplicated()
  await source`
    insert into till.pando_workflow (id, name, status, next_step, state, runner, wake_at, deadline_at)
    values ('wf_1', 'sell', 'running', 1, '{}', 'shop.0', now() + interval '1 hour', now() + interval '2 hours'),
      ('wf_2', 'sell', 'waiting', 1, '{}', 'shop.0', now() + interval '1 hour', now() + interval '2 hours'),
      ('wf_3', 'sell', 'running', 1, '{}', 'till.0/run_1', now() + interval '1 hour', now() + interval '2 hours')`
  await raiseFence(source, plan.id, ['till'])
  await until(async () => (await target`select from till.pando_workflow`).length === 3)
  const due = async () =>
    (await target`select id from till.pando_workflow where wake_at <= now()`).map(({ id }) => id)
  await handOver(source, target, ['till'])
  expect(await due()).toEqual([])
  await endLeases(target, ['till'], 'till')
  expect(await due()).toEqual(['wf_1'])
})

it('drops all replication, even when repeated, and drops the source only after the modules have left it', async () => {
  const { source, target, plan } = await openReplicated()
  await endReplication({ source, target }, plan.id)
  await endReplication({ source, target }, plan.id)
  for (const sql of [source, target]) {
    expect(await sql`select from pg_replication_slots where database = current_database()`).toHaveLength(0)
    expect(await sql`select from pg_publication`).toHaveLength(0)
    expect(await sql`select from pando.replication_marker`).toHaveLength(0)
  }
  expect(await readStream(source, streamName(plan.id, 'forward'))).toBeUndefined()
  await expect(dropLeftSchemas(source, plan.id, ['till'])).rejects.toThrow('they have not left')
  await raiseFence(source, plan.id, ['till'])
  await expect(dropLeftSchemas(source, plan.id, ['till'])).rejects.toThrow('they have not left')
  await sealFence(source, plan.id, ['till'], { toProcess: 'till', placement: { version: 1, modules: {} } })
  await dropLeftSchemas(source, plan.id, ['till'])
  await dropLeftSchemas(source, plan.id, ['till'])
  await dropSchemas(target, ['till'])
  await dropSchemas(target, ['till'])
  await liftFence(source, plan.id, ['till'])
  expect(await source`select from pando.fence`).toHaveLength(1)
})
