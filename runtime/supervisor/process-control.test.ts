import { expect, it } from 'vitest'
import type { RelocationPlan } from '../relocation/relocation.ts'
import { SupervisedProcesses } from './process-control.ts'
import { Replica } from './replica.ts'

const plan = { modules: ['cart'], fromProcess: 'shop', toProcess: 'cart' } as unknown as RelocationPlan

/** Creates a process control with one replica, whose status `fetchStatus` returns. */
function controlOf(fetchStatus: () => Promise<never>) {
  const signals = { leave: 'SIGTERM', end: 'SIGTERM' } as const
  const origin = 'http://127.0.0.1:4999'
  const replica = new Replica(
    { process: 'shop', index: 1, command: () => [], environment: () => ({}), signals, origin },
    {
      log: {} as never,
      print: () => {},
      fetchStatus: () => Promise.reject(new Error('unexpected')),
    },
  )
  replica.state = 'ready'
  return new SupervisedProcesses({
    supervisor: { replicas: new Map([['shop', [replica]]]) } as never,
    fetchStatus,
    parse: () => {
      throw new Error('unexpected')
    },
    writeFile: async () => {},
    deleteFile: async () => {},
    recordTopology: async (topology) => topology,
  })
}

it('waits for a process that does not answer, and reports it once', async () => {
  let attempts = 0
  const control = controlOf(async () => {
    if (++attempts < 3) throw new Error('it hangs')
    return { modules: {}, leaving: [] } as never
  })
  const notes: string[] = []
  const { signal } = new AbortController()
  await control.waitUntilReleased(plan, 'forward', { report: (note) => notes.push(note), signal })
  expect(attempts).toBe(3)
  expect(notes).toEqual([expect.stringContaining('waiting for "shop.1", which does not answer')])
})

it('stops polling when the wait is aborted', async () => {
  const interrupt = new AbortController()
  let attempts = 0
  const control = controlOf(async () => {
    if (++attempts === 2) interrupt.abort()
    return { modules: { cart: {} }, leaving: [] } as never
  })
  await control.waitUntilReleased(plan, 'forward', { report: () => {}, signal: interrupt.signal })
  expect(attempts).toBe(2)
})
