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

/** Is ready at once, and ends with who started it. */
const PROGRAM = `
  require('node:http').createServer((_, response) => response.end(process.env.STATUS)).listen(process.env.PORT, '127.0.0.1')
  process.stdin.resume().on('end', () => process.exit())`

const { execPath } = process
const statusOf = (process: string, replica: number) =>
  JSON.stringify({ process, replica, startedAt: new Date().toISOString() })
const fetchStatus = async (origin: string) => (await fetch(origin)).json() as Promise<ReplicaStatus>

/** The shop and two replicas of payments, which are real processes; the test is told what they would be told. */
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
  const told = new Map<string, PlacementState>()
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
      // As processes do, which may be told in any order.
      if (placement.version > (told.get(origin)?.version ?? 0)) told.set(origin, placement)
    },
    fetchStatus,
    inStandby: async () => {},
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
    versionAt: (origin: string) => told.get(origin)?.version,
    /** Whether a replica has been told that the cart is in payments. */
    knows: (origin: string) => told.get(origin)?.modules.cart?.length === 2,
  }
}

it('the shop is laid out anew while a replica that gets modules hangs, which is told when it goes on', async () => {
  const { supervisor, after, origins, hang, knows } = await startProcesses()
  const [first = '', second = ''] = origins('payments')
  const goOn = hang(first)
  await supervisor.layOut(after, { modules: ['cart'], toProcess: 'payments' })
  expect([first, second, ...origins('shop')].map(knows)).toEqual([false, true, true])
  goOn()
  await expect.poll(() => knows(first), { timeout: 10_000 }).toBe(true)
})

it('while all replicas that get modules hang, the shop can be laid out as before', async () => {
  const { supervisor, before, after, origins, hang, versionAt } = await startProcesses()
  const goOn = origins('payments').map(hang)
  const forth = supervisor.layOut(after, { modules: ['cart'], toProcess: 'payments' })
  await expect.poll(() => supervisor.topology, { timeout: 10_000 }).toBe(after)
  await expect(supervisor.scale('payments', 3)).rejects.toThrow('while cart move to "payments"')
  const isOver = expect(forth).rejects.toThrow('laid out anew')
  await supervisor.layOut(before, { modules: ['cart'], toProcess: 'shop' })
  expect(supervisor.placement.modules.cart).toEqual(origins('shop'))
  for (const each of goOn) each()
  await isOver
  const { version } = supervisor.placement
  await expect.poll(() => origins('payments').map(versionAt), { timeout: 10_000 }).toEqual([version, version])
})

it('a change names those that do not answer, which learn of it when they do', async () => {
  const { supervisor, origins, silent, versionAt } = await startProcesses()
  const [shop = ''] = origins('shop')
  silent.add(shop)
  const steps: Progress[] = []
  await supervisor.scale('payments', 3, (progress) => steps.push(progress))
  const switched = steps.find(({ step }) => step === 'switched')!
  expect(switched.untold).toEqual([{ replica: 'shop.0', pid: supervisor.replicas.get('shop')![0]!.pid }])
  silent.delete(shop)
  await expect.poll(() => versionAt(shop), { timeout: 10_000 }).toBe(supervisor.placement.version)
  await expect(supervisor.scale('catalog', 2)).rejects.toThrow('"catalog" is a module of the process "shop"')
})

it('a deployment without a program of its own starts the usual one, whatever was deployed before', async () => {
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

it('after a deployment whose program does not come up, replicas are started with what worked', async () => {
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
])('%s that answers at the port of a process is not taken for it', async (_, answer) => {
  const stranger = createServer((_request, response) => response.end(answer)).listen(0, '127.0.0.1')
  onTestFinished(() => void stranger.close())
  await once(stranger, 'listening')
  const { port } = stranger.address() as AddressInfo
  let asked = 0
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
        // It ends as one does that finds its port taken, which may be long after the stranger has answered.
        if (++asked === 2) process.kill(replica.pid!)
        return fetchStatus(origin)
      },
    },
  )
  onTestFinished(() => replica.stop('end'))
  replica.start()
  await expect(replica.ready(1)).rejects.toThrow(`At http://127.0.0.1:${port} answers`)
})
