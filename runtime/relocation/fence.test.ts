import { expect, it } from 'vitest'
import { transaction } from '../database/transaction.ts'
import { FenceBusy, isSealed, liftFence, raiseFence, removeFence, sealFence } from './fence.ts'
import { openPair, sell, until } from './testing.ts'

const NEW_LOCATION = {
  toProcess: 'till',
  placement: { version: 7, modules: { till: ['http://127.0.0.1:4999'] } },
}

it('a fence refuses every kind of write, and allows reads', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'])
  for (const write of [
    source`insert into till.sale (id, amount) values ('a', 1)`,
    source`update till.sale set amount = 2`,
    source`delete from till.line`,
    source`truncate till.line`,
    source`merge into till.sale using (values ('a')) as v (id) on sale.id = v.id when not matched then insert (id, amount) values (v.id, 1)`,
    source`with w as (insert into till.pando_inbox values ('evt')) select 1`,
  ]) {
    await expect(write).rejects.toMatchObject({ code: 'PN001', schema: 'till' })
  }
  expect(await source`select from till.sale`).toHaveLength(4)
  await raiseFence(source, plan.id, ['till'])
  await liftFence(source, plan.id, ['till'])
  await liftFence(source, plan.id, ['till'])
  await sell(source, 1)
})

it('a fence refuses a repeatable-read transaction whose snapshot is older than the fence', async () => {
  const { source, plan } = await openPair()
  await expect(
    transaction(source, async (tx) => {
      await tx`set transaction isolation level repeatable read`
      await tx`select from till.sale`
      await raiseFence(source, plan.id, ['till'])
      await tx`insert into till.sale (id, amount) values ('late', 1)`
    }),
  ).rejects.toMatchObject({ code: 'PN001' })
})

it('a fence refuses the role of its module, and lets it write again once the lease has expired', async () => {
  const { source, plan } = await openPair()
  const asRole = () =>
    transaction(source, async (tx) => {
      await tx`set local role pando_till`
      await tx`insert into till.sale (id, amount) values (${crypto.randomUUID()}, 1)`
    })
  await raiseFence(source, plan.id, ['till'], 1000)
  await expect(asRole()).rejects.toMatchObject({ code: 'PN001' })
  await until(() =>
    asRole().then(
      () => true,
      () => false,
    ),
  )
})

it('a fence whose lease has expired allows writes, and cannot be sealed', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'], 20)
  await until(() =>
    sell(source, 1).then(
      () => true,
      () => false,
    ),
  )
  expect(await sealFence(source, plan.id, ['till'], NEW_LOCATION)).toBe(false)
  expect(await isSealed(source, plan.id, ['till'])).toBe(false)
  expect(await source`select from pando.moved`).toHaveLength(0)
})

it('a seal waits for the commit of a writer that found the lease expired', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'], 0)
  let sealing: Promise<boolean> | undefined
  await transaction(source, async (tx) => {
    await tx`insert into till.sale (id, amount) values ('passed', 1)`
    // The seal must wait for this commit.
    sealing = sealFence(source, plan.id, ['till'], NEW_LOCATION)
    await until(async () => {
      const [row] =
        await tx`select count(*) as waiting from pg_locks where not granted and pid <> pg_backend_pid()`
      return row!.waiting > 0
    })
  })
  expect(await sealing).toBe(false)
})

it('a seal is permanent, records the new location, and may be repeated', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'])
  expect(await sealFence(source, plan.id, ['till'], NEW_LOCATION)).toBe(true)
  expect(await sealFence(source, plan.id, ['till'], NEW_LOCATION)).toBe(true)
  expect(await isSealed(source, plan.id, ['till'])).toBe(true)
  await liftFence(source, plan.id, ['till'])
  await expect(sell(source, 1)).rejects.toMatchObject({ code: 'PN001' })
  expect(await source`select to_process, version, origins from pando.moved`).toEqual([
    { to_process: 'till', version: 7, origins: ['http://127.0.0.1:4999'] },
  ])
  await removeFence(source, ['till'])
  await removeFence(source, ['till'])
  await sell(source, 1)
  expect(await source`select from pando.moved`).toHaveLength(0)
})

it('raiseFence() gives up and changes nothing while another transaction holds a lock on a table', async () => {
  const { source, plan } = await openPair()
  await transaction(source, async (tx) => {
    await tx`update till.line set title = 'mine'`
    await expect(raiseFence(source, plan.id, ['till'])).rejects.toThrow(FenceBusy)
    await tx`update till.sale set amount = 5`
  })
  await sell(source, 1)
})

it('an idle transaction of a stopped process ends after five seconds, and then the fence can be raised', async () => {
  const { source, plan } = await openPair()
  const idle = transaction(source, async (tx) => {
    await tx`update till.line set title = 'mine'`
    await until(() =>
      raiseFence(source, plan.id, ['till']).then(
        () => true,
        () => false,
      ),
    )
    await tx`select 1`
  })
  await expect(idle).rejects.toThrow()
  expect(await source`select from till.line where title = 'mine'`).toHaveLength(0)
})
