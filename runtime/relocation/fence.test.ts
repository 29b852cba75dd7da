import { expect, it } from 'vitest'
import { transaction } from '../database/transaction.ts'
import { FenceBusy, isSealed, liftFence, openPlace, raiseFence, sealFence } from './fence.ts'
import { openPair, sell, until } from './testing.ts'

const AFTER = { toProcess: 'till', placement: { version: 7, modules: { till: ['http://127.0.0.1:4999'] } } }

it('a fence refuses whoever writes, in every way, and lets readers through', async () => {
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

it('a transaction whose snapshot is older than the fence is refused as well', async () => {
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

it('a role that has rights on its module alone is refused by the fence, and by nothing else afterwards', async () => {
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

it('a lease ends by itself, and its fence cannot be sealed any more', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'], 20)
  await until(() =>
    sell(source, 1).then(
      () => true,
      () => false,
    ),
  )
  expect(await sealFence(source, plan.id, ['till'], AFTER)).toBe(false)
  expect(await isSealed(source, plan.id, ['till'])).toBe(false)
  expect(await source`select from pando.moved`).toHaveLength(0)
})

it('a writer who found the lease expired commits before a seal can tell', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'], 0)
  let sealing: Promise<boolean> | undefined
  await transaction(source, async (tx) => {
    await tx`insert into till.sale (id, amount) values ('passed', 1)`
    // Whatever somebody does to the lease meanwhile, the seal must wait for this commit.
    sealing = sealFence(source, plan.id, ['till'], AFTER)
    await until(async () => {
      const [row] =
        await tx`select count(*) as waiting from pg_locks where not granted and pid <> pg_backend_pid()`
      return row!.waiting > 0
    })
  })
  expect(await sealing).toBe(false)
})

it('a seal holds for good, tells where the module is, and may be repeated', async () => {
  const { source, plan } = await openPair()
  await raiseFence(source, plan.id, ['till'])
  expect(await sealFence(source, plan.id, ['till'], AFTER)).toBe(true)
  expect(await sealFence(source, plan.id, ['till'], AFTER)).toBe(true)
  expect(await isSealed(source, plan.id, ['till'])).toBe(true)
  await liftFence(source, plan.id, ['till'])
  await expect(sell(source, 1)).rejects.toMatchObject({ code: 'PN001' })
  expect(await source`select to_process, version, origins from pando.moved`).toEqual([
    { to_process: 'till', version: 7, origins: ['http://127.0.0.1:4999'] },
  ])
  await openPlace(source, ['till'])
  await openPlace(source, ['till'])
  await sell(source, 1)
  expect(await source`select from pando.moved`).toHaveLength(0)
})

it('a fence that cannot have its locks gives up soon, and leaves the tables as they were', async () => {
  const { source, plan } = await openPair()
  await transaction(source, async (tx) => {
    await tx`update till.line set title = 'mine'`
    await expect(raiseFence(source, plan.id, ['till'])).rejects.toThrow(FenceBusy)
    await tx`update till.sale set amount = 5`
  })
  await sell(source, 1)
})

it('a transaction of a process that was stopped in the middle of it keeps the tables for some seconds at the most', async () => {
  const { source, plan } = await openPair()
  const forgotten = transaction(source, async (tx) => {
    await tx`update till.line set title = 'mine'`
    await until(() =>
      raiseFence(source, plan.id, ['till']).then(
        () => true,
        () => false,
      ),
    )
    await tx`select 1`
  })
  await expect(forgotten).rejects.toThrow()
  expect(await source`select from till.line where title = 'mine'`).toHaveLength(0)
})
