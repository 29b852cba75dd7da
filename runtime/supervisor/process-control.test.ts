import { expect, it } from 'vitest'
import type { RelocationPlan } from '../relocation/relocation.ts'
import { SupervisedProcesses } from './process-control.ts'
import { Replica } from './replica.ts'

it('says which process a move waits for, once', async () => {
  const signals = { leave: 'SIGTERM', end: 'SIGTERM' } as const
  const origin = 'http://127.0.0.1:4999'
  const replica = new Replica(
    { process: 'shop', index: 1, command: () => [], environment: () => ({}), signals, origin },
    { log: {} as never, print: () => {} },
  )
  replica.state = 'ready'
  let tries = 0
  const control = new SupervisedProcesses({
    supervisor: { replicas: new Map([['shop', [replica]]]) } as never,
    async askStatus() {
      if (++tries < 3) throw new Error('it hangs')
      return { modules: {}, leaving: [] } as never
    },
    parse: () => {
      throw new Error('nobody asks')
    },
    forget: async () => {},
    note: async (topology) => topology,
  })
  const said: string[] = []
  const plan = { modules: ['cart'], fromProcess: 'shop', toProcess: 'cart' } as unknown as RelocationPlan
  await control.released(plan, 'forth', (note) => said.push(note))
  expect(tries).toBe(3)
  expect(said).toEqual([expect.stringContaining('"shop.1" does not answer, and is waited for')])
})
