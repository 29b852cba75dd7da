import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { nextInternalPort } from '#runtime/topology/candidate-ports.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { choosePort, requireFreePort } from './choose-port.ts'

it('chooses a port so that neither it nor those of its replicas are used by another shop', async () => {
  const topology = { processes: [{ internalPort: await freePort(), replicas: 1 }] } as unknown as Topology
  const next = nextInternalPort(topology)
  const other = createServer().listen(next + 1, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const chosen = await choosePort(topology)
  expect(chosen % 10).toBe(0)
  expect(chosen).toBeGreaterThan(next)
  const change = { modules: ['cart'], toProcess: 'cart' }
  await requireFreePort(chosen, change)
  await expect(requireFreePort(next + 1, change)).rejects.toThrow(`listens on port ${next + 1}`)
})
