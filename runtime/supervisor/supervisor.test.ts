import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '../base/log.ts'
import { loadContracts } from '../process/modules.ts'
import type { PlacementState } from '../topology/placement.ts'
import { readTopology } from '../topology/read.ts'
import type { Topology } from '../topology/topology.ts'
import type { Progress } from './plans.ts'
import { Replica, type ReplicaStatus } from './replica.ts'
import { Supervisor } from './supervisor.ts'

/** A process that is ready immediately, and ends with its parent. */
const PROGRAM = `
  require('node:http').createServer((_, response) => response.end(process.env.STATUS)).listen(process.env.PORT, '127.0.0.1')
  process.stdin.resume().on('end', () => process.exit())`

const { execPath } = process
const statusOf = (process: string, replica: number) =>
  JSON.stringify({ process, replica, startedAt: new Date().toISOString() })
const fetchStatus = async (origin: string) => (await fetch(origin)).json() as Promise<ReplicaStatus>

/**
 * Starts the shop and two replicas of payments as real processes. Records the placement updates that they would
 * receive.
 */
async function startProcesses() {
  const hybrid = readTopology('hybrid', {
    known: await loadContracts(),
    environment: {},
    starting: 'all',
  })
  const before: Topology = {
    ...hybrid,
    processes: hybrid.processes.map((process) => ({
      ...process,
      internalPort: 0,
      replicas: process.name === 'payments' ? 2 : 1,
    })),
  }
  const moved = {
    shop: before.processes[0]!.modules.filter((module) => module !== 'cart'),
    payments: ['payments', 'cart'],
  }
  const after: Topology = {
    ...before,
    processes: before.processes.map((process) => ({
      ...process,
      modules: moved[process.name as keyof typeof moved],
    })),
  }
  const received = new Map<string, PlacementState>()
  const hanging = new Map<string, PromiseWithResolvers<void>>()
  const silent = new Set<string>()
  const supervisor = new Supervisor({
    topology: before,
    log: createLog({ level: 'silent', pretty: false, process: 'pando' }),
    print: () => {},
    launch: ({ internalPort, process, index }) => ({
      command: () => [execPath, '-e', PROGRAM],
      environment: () => ({ PORT: String(internalPort), STATUS: statusOf(process.name, index) }),
      signals: { leave: 'SIGTERM', end: 'SIGTERM' },
    }),
    announce: async (origin, placement) => {
      await hanging.get(origin)?.promise
      if (silent.has(origin)) throw new Error('it does not answer')
      // Updates may arrive in any order, so processes ignore older ones.
      if (placement.version > (received.get(origin)?.version ?? 0)) received.set(origin, placement)
    },
    fetchStatus,
    waitForStandby: async () => {},
  })
  await supervisor.start()
  onTestFinished(() => supervisor.stop())
  return {
    supervisor,
    before,
    after,
    origins: (name: string) => supervisor.replicas.get(name)!.map(({ plan }) => plan.origin),
    hang(origin: string): () => void {
      hanging.set(origin, Promise.withResolvers())
      return () => {
        hanging.get(origin)!.resolve()
        hanging.delete(origin)
      }
    },
    silent,
    versionAt: (origin: string) => received.get(origin)?.version,
    /** Whether a replica has received that the cart is in payments. */
    knows: (origin: string) => received.get(origin)?.modules.cart?.length === 2,
  }
}

it('switches while a replica of the target process hangs, and sends that replica the update once it continues', async () => {
  const { supervisor, after, origins, hang, knows } = await startProcesses()
  const [first = '', second = ''] = origins('payments')
  const resume = hang(first)
  await supervisor.switchTopology(after, { modules: ['cart'], toProcess: 'payments' })
  expect([first, second, ...origins('shop')].map(knows)).toEqual([false, true, true])
  resume()
  await expect.poll(() => knows(first), { timeout: 10_000 }).toBe(true)
})

it('can switch back while all replicas of the target process hang', async () => {
  const { supervisor, before, after, origins, hang, versionAt } = await startProcesses()
  const resume = origins('payments').map(hang)
  const toTarget = supervisor.switchTopology(after, { modules: ['cart'], toProcess: 'payments' })
  await expect.poll(() => supervisor.topology, { timeout: 10_000 }).toBe(after)
  await expect(supervisor.scale('payments', 3)).rejects.toThrow('during the move of cart to "payments"')
  const isRejected = expect(toTarget).rejects.toThrow('another switch has followed')
  await supervisor.switchTopology(before, { modules: ['cart'], toProcess: 'shop' })
  expect(supervisor.placement.modules.cart).toEqual(origins('shop'))
  for (const each of resume) each()
  await isRejected
  const { version } = supervisor.placement
  await expect.poll(() => origins('payments').map(versionAt), { timeout: 10_000 }).toEqual([version, version])
})

it('scale() names replicas that do not answer the placement update, and sends it to them again', async () => {
  const { supervisor, origins, silent, versionAt } = await startProcesses()
  const [shop = ''] = origins('shop')
  silent.add(shop)
  const steps: Progress[] = []
  await supervisor.scale('payments', 3, (progress) => steps.push(progress))
  const switched = steps.find(({ step }) => step === 'switched')!
  expect(switched.unreached).toEqual([{ replica: 'shop.0', pid: supervisor.replicas.get('shop')![0]!.pid }])
  silent.delete(shop)
  await expect.poll(() => versionAt(shop), { timeout: 10_000 }).toBe(supervisor.placement.version)
  await expect(supervisor.scale('catalog', 2)).rejects.toThrow('"catalog" is a module of the process "shop"')
})

it('deploy() without a change of the plan returns to the plan of launch()', async () => {
  const { supervisor } = await startProcesses()
  const commands = () => supervisor.replicas.get('payments')!.map(({ plan }) => plan.command().slice(2))
  const usual = [PROGRAM]
  const artefact = [PROGRAM, 'artefact']
  await supervisor.deploy('payments', undefined, (plan) => ({
    ...plan,
    command: () => [...plan.command(), 'artefact'],
  }))
  await supervisor.scale('payments', 3)
  expect(commands()).toEqual([artefact, artefact, artefact])
  await supervisor.deploy('payments')
  await supervisor.scale('payments', 4)
  expect(commands()).toEqual([usual, usual, usual, usual])
})

it('starts replicas with the earlier plan after a failed deployment', async () => {
  const { supervisor } = await startProcesses()
  const commands = () => supervisor.replicas.get('payments')!.map(({ plan }) => plan.command().slice(2))
  const running = commands()
  const broken = supervisor.deploy('payments', undefined, (plan) => ({
    ...plan,
    command: () => [execPath, '-e', 'process.exit(1)'],
  }))
  await expect(broken).rejects.toThrow('it ended 3 times before it was ready')
  expect(commands()).toEqual(running)
  await supervisor.scale('payments', 3)
  expect(commands()).toEqual([...running, [PROGRAM]])
})

it.each([
  ['another program', 'no status'],
  ['another process', statusOf('catalog', 0)],
  [
    'an older copy',
    JSON.stringify({ process: 'payments', replica: 0, startedAt: '2020-01-01T00:00:00.000Z' }),
  ],
])('does not mistake %s at the port of a replica for that replica', async (_, answer) => {
  const other = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  let requests = 0
  const replica = new Replica(
    {
      process: 'payments',
      index: 0,
      command: () => [execPath, '-e', 'process.stdin.resume()'],
      environment: () => ({}),
      signals: { leave: 'SIGTERM', end: 'SIGTERM' },
      origin: `http://127.0.0.1:${port}`,
    },
    {
      log: createLog({ level: 'silent', pretty: false, process: 'pando' }),
      print: () => {},
      async fetchStatus(origin) {
        // A process whose port is in use may end long after the other program has answered.
        if (++requests === 2) process.kill(replica.pid!)
        return fetchStatus(origin)
      },
    },
  )
  onTestFinished(() => replica.stop('end'))
  replica.start()
  await expect(replica.ready(1)).rejects.toThrow(`answers at http://127.0.0.1:${port}`)
})
