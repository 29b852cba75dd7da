import { expect, it } from 'vitest'
import type { RelocationPlan } from '../relocation/relocation.ts'
import { SupervisedProcesses } from './process-control.ts'
import { Replica } from './replica.ts'

const plan = { modules: ['cart'], fromProcess: 'shop', toProcess: 'cart' } as unknown as RelocationPlan

/** A replica of the shop that is asked for its status again and again. */
function controlOf(fetchStatus: () => Promise<never>) {
  const signals = { leave: 'SIGTERM', end: 'SIGTERM' } as const
  const origin = 'http://127.0.0.1:4999'
  const replica = new Replica(
    { process: 'shop', index: 1, command: () => [], environment: () => ({}), signals, origin },
    {
      log: {} as never,
      print: () => {},
      fetchStatus: () => Promise.reject(new Error('nobody waits for it')),
    },
  )
  replica.state = 'ready'
  return new SupervisedProcesses({
    supervisor: { replicas: new Map([['shop', [replica]]]) } as never,
    fetchStatus,
    parse: () => {
      throw new Error('nobody asks')
    },
    keep: async () => {},
    forget: async () => {},
    note: async (topology) => topology,
  })
}

it('says which process a move waits for, once', async () => {
  let tries = 0
  const control = controlOf(async () => {
    if (++tries < 3) throw new Error('it hangs')
    return { modules: {}, leaving: [] } as never
  })
  const said: string[] = []
  const { signal } = new AbortController()
  await control.waitUntilReleased(plan, 'forth', { report: (note) => said.push(note), signal })
  expect(tries).toBe(3)
  expect(said).toEqual([expect.stringContaining('"shop.1" does not answer, and is waited for')])
})

it('asks no more when nobody waits any more', async () => {
  const interrupt = new AbortController()
  let tries = 0
  const control = controlOf(async () => {
    if (++tries === 2) interrupt.abort()
    return { modules: { cart: {} }, leaving: [] } as never
  })
  await control.waitUntilReleased(plan, 'forth', { report: () => {}, signal: interrupt.signal })
  expect(tries).toBe(2)
})
