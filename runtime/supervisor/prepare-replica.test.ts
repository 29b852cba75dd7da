import { expect, it } from 'vitest'
import { prepareReplica, StandbyFailed } from './prepare-replica.ts'

it('says what to do about a replica that does not answer, and keeps an error of the replica itself', async () => {
  const replica = { name: 'orders.0', pid: 4711, plan: { origin: 'http://127.0.0.1:1' } as never }
  const prepare = (error: Error) =>
    prepareReplica(
      replica,
      ['payments'],
      { version: 1, modules: {} },
      {
        announce: async () => {},
        waitForStandby: () => Promise.reject(error),
      },
    )
  await expect(prepare(new Error('Headers Timeout Error'))).rejects.toThrow(
    /^Cannot prepare payments in "orders\.0": it does not answer \(Headers Timeout Error\)\. .*kill -CONT 4711.*kill -9 4711/,
  )
  const replicaError = new StandbyFailed('Cannot get "payments" ready in the process "orders": no room')
  await expect(prepare(replicaError)).rejects.toBe(replicaError)
})
