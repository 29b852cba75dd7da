import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { nextInternalPort } from '#runtime/topology/candidate-ports.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { choosePort, requireFreePort } from './choose-port.ts'

async function listenOn(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
}

it('choosePort() skips ten ports when another program listens on one of them', async () => {
  const topology = { processes: [{ internalPort: await freePort(), replicas: 1 }] } as unknown as Topology
  const next = nextInternalPort(topology)
  await listenOn(next + 1)
  const chosen = await choosePort(topology)
  expect(chosen % 10).toBe(0)
  expect(chosen).toBeGreaterThan(next)
  await requireFreePort(chosen, { modules: ['cart'], toProcess: 'cart' })
})

it('requireFreePort() refuses a port on which another program listens', async () => {
  const port = await freePort()
  await listenOn(port)
  await expect(requireFreePort(port, { modules: ['cart'], toProcess: 'cart' })).rejects.toThrow(
    `listens on port ${port}`,
  )
})
