import { expect, it } from 'vitest'
import { dropOrphans, findOrphans } from './orphans.ts'
import { openReplicated } from './testing.ts'

it('finds and drops what a finished relocation left, but nothing that an unfinished one uses', async () => {
  const { source, target, plan } = await openReplicated()
  const databases = [source, target]
  expect(await findOrphans(source, { unfinished: plan.id, databases })).toEqual([])
  for (const sql of databases) {
    const orphans = await findOrphans(sql, { unfinished: undefined, databases })
    expect(orphans.map((each) => each.kind).sort()).toEqual([
      'publication',
      'replication slot',
      'subscription',
    ])
  }
  for (const sql of databases) {
    const orphans = await findOrphans(sql, { unfinished: undefined, databases })
    await dropOrphans(sql, orphans)
    await dropOrphans(sql, orphans)
    expect(await findOrphans(sql, { unfinished: undefined, databases })).toEqual([])
  }
})

it('finds the slot of a copy whose subscription no longer exists', async () => {
  const { source, target, plan } = await openReplicated()
  const databases = [source, target]
  const [system] = await target<
    { id: string }[]
  >`select system_identifier::text as id from pg_control_system()`
  const slot = `pg_1_sync_2_${system!.id}`
  await source`select pg_create_logical_replication_slot(${slot}, 'pgoutput')`
  // The slot of a copy to the server 77, which has no database of this shop
  await source`select pg_create_logical_replication_slot('pg_1_sync_2_77', 'pgoutput')`
  const orphans = await findOrphans(source, { unfinished: plan.id, databases })
  expect(orphans).toEqual([{ kind: 'replication slot', name: slot, keptBytes: expect.any(Number) }])
  await dropOrphans(source, orphans)
  await source`select pg_drop_replication_slot('pg_1_sync_2_77')`
})
