import type { FastifyInstance } from 'fastify'
import type { Readiness } from '../base/readiness.ts'
import { Versions } from '../cache/versions.ts'
import { createCallsFactory } from '../call/calls-factory.ts'
import { Dispatcher } from '../call/dispatch.ts'
import type { Caller } from '../contract/caller.ts'
import { roleOf } from '../database/migrate.ts'
import { type Bus, directBus } from '../events/bus.ts'
import { EventAdmin } from '../events/event-admin.ts'
import { insertEvents } from '../events/outbox.ts'
import { OutboxWatch } from '../events/outbox-watch.ts'
import { createEdge } from '../http/edge.ts'
import { leaveConnections } from '../http/leave-connections.ts'
import { addCounts, countRequests, type RequestCounts } from '../http/request-counts.ts'
import type { Calls, Needs } from '../module/context.ts'
import type { LoopbackServer } from '../rpc/loopback.ts'
import { WorkflowEngine } from '../workflow/engine.ts'
import { FenceWatch } from './fence-watch.ts'
import { HostedModules } from './hosted-modules.ts'
import { Hosting } from './hosting.ts'
import { cachedModules, contractsOf, neededModules, subscribersOf } from './known-contracts.ts'
import { loadHosted } from './modules.ts'
import { Network } from './network.ts'
import type { HandoverOptions, NetworkSettings, Shop, ShopOptions } from './shop-options.ts'

/** Creates a process from its modules, starts it, and resolves when it serves. */
export async function openShop(options: ShopOptions): Promise<Shop> {
  const now = options.clock ?? (() => new Date())
  const name = options.processName ?? 'pando'
  const versions = new Versions()
  const contracts = contractsOf(options)
  const cached = cachedModules(options.modules, contracts)
  const dispatcher = new Dispatcher({ strict: options.strict ?? false, versions })
  for (const contract of contracts) dispatcher.registerContract(contract)
  const subscribers = subscribersOf(contracts)
  const hosting = new Hosting({ shop: options, name, dispatcher, versions, subscribers, cached, now })
  const bus = await openBus()
  const engine = new WorkflowEngine({
    dispatcher,
    process: name,
    sharesDatabase(a, b) {
      // Either module may have left this process.
      const database = dispatcher.modules.get(a)?.database
      return database !== undefined && database === dispatcher.modules.get(b)?.database
    },
    enter: options.enforceRoles
      ? async (shared, module) => void (await shared.sql.unsafe(`set local role ${roleOf(module)}`))
      : undefined,
    now,
  })
  dispatcher.services = {
    workflows: engine,
    storeEvents: (sql, module, events) => insertEvents(sql, module, events, subscribers),
  }
  hosting.engine = engine
  hosting.bus = bus
  const hosted = new HostedModules({
    hosting,
    dispatcher,
    names: contracts.map((contract) => contract.name),
    load: async (module) => (await loadHosted([module], options.modulesDirectory))[0]!,
    log: options.log,
  })
  let network: Network | undefined
  const watch = new FenceWatch({
    modules: dispatcher.modules,
    follow: (module, { version, origins }) => hosted.followMove(module, version, origins),
    hasOtherProcesses: () => network !== undefined,
    log: options.log,
  })
  dispatcher.moves = watch
  hosted.onLeft = (module) => watch.pollNow(module)

  const outboxes = new OutboxWatch(() => hosting.backlog())
  let isOpen = false
  let isStopping = false
  let edge: FastifyInstance | undefined
  let loopback: LoopbackServer | undefined
  let origin: string | undefined
  let publicRequests: Readonly<RequestCounts> = { total: 0, failed: 0, running: 0 }
  try {
    if (options.network) network = await openNetwork(options.network)
    await hosted.activate(options.modules, network)
    loopback = options.loopback
      ? await (await import('../rpc/loopback.ts')).LoopbackServer.open(dispatcher, options.secret)
      : undefined
    await hosting.listen()
    if (options.background)
      for (const owner of hosting.owners)
        await engine.takeOver(owner, options.takeOver ?? { runners: `${name}/` })
    await options.prepare?.(shop())
    await serve()
    if (options.http) {
      edge = await createEdge({
        dispatcher,
        versions,
        log: options.log,
        publicUrl: options.publicUrl,
        ready: publicReady,
        ...options.http,
      })
      publicRequests = countRequests(edge.server)
      const { port, host = '127.0.0.1', shared = false, fd } = options.http
      const socket = fd === undefined ? { port, host, reusePort: shared } : { fd }
      // Fastify passes all members on to Node's server, but its types lack some of them.
      origin = await edge.listen(socket as { port: number; host: string })
    }
    isOpen = true
  } catch (error) {
    await stop()
    throw error
  }
  if (options.background) hosting.startBackground()
  bus.start()

  return shop()

  function shop(): Shop {
    return {
      origin,
      dispatcher,
      engine,
      versions,
      modules: dispatcher.modules,
      ready,
      requests: () => addCounts(publicRequests, ...(network ? [network.requests] : [])),
      moving: () => hosted.moving,
      join,
      callsAs,
      drain,
      backlog,
      events: new EventAdmin(() => hosting.outboxes),
      stop,
    }
  }

  function openNetwork(settings: NetworkSettings): Promise<Network> {
    return Network.open({
      ...settings,
      dispatcher,
      versions,
      cached,
      needed: neededModules(options, contracts),
      secret: options.secret,
      log: options.log,
      faults: options.environment.PANDO_FAULTS,
      name,
    })
  }

  async function serve(): Promise<void> {
    await network?.serve({
      ready,
      publicRequests: () => publicRequests,
      moving: () => hosted.moving,
      outboxes: () => hosting.backlog(),
    })
  }

  async function join(settings: NetworkSettings): Promise<void> {
    network = await openNetwork(settings)
    await hosted.join(network)
    await serve()
  }

  function callsAs<Of extends Needs>(caller: Caller): Calls<Of> {
    const needs = Object.fromEntries(contracts.map((contract) => [contract.name, contract]))
    const create = createCallsFactory(needs, (module, method, input, _parent, call) =>
      dispatcher.callFrom(caller, module, method, input, call),
    )
    return create({ caller, deadline: 0, traceId: '', openTransactions: 0 }) as Calls<Of>
  }

  async function drain(): Promise<{ waiting: number; parked: number }> {
    for (;;) {
      const counts = await Promise.all([...hosting.relays.values()].map((relay) => relay.drain()))
      const waiting = counts.reduce((sum, count) => sum + count.waiting, 0)
      const parked = counts.reduce((sum, count) => sum + count.parked, 0)
      // Reactions emit further events. After a round without progress the remaining events are not due yet.
      const nextRound = await Promise.all([...hosting.relays.values()].map((relay) => relay.drain()))
      if (nextRound.reduce((sum, count) => sum + count.waiting, 0) === waiting) return { waiting, parked }
    }
  }

  /** Reads the outboxes first and the bus after them, so that an event in transit is counted at least once. */
  async function backlog() {
    const states = await hosting.backlog()
    return options.nats
      ? [...states, { module: 'nats', waiting: await bus.countStored(), parked: 0 }]
      : states
  }

  /** Opens the bus for events to other processes: NATS, or direct delivery over HTTP. */
  async function openBus(): Promise<Bus> {
    const { nats } = options
    if (!nats) return directBus(dispatcher)
    // Imported on demand: most shops do not use NATS.
    const { NatsBus } = await import('../events/nats/nats-bus.ts')
    return new NatsBus({
      ...nats,
      name,
      dispatcher,
      secret: options.secret,
      receives: options.background,
      log: options.log,
      onOpen: () => {
        if (options.background) for (const relay of hosting.relays.values()) relay.endPause()
      },
      onStored: (module) => hosting.relays.get(module)?.wakeRetries(),
    })
  }

  async function ready(): Promise<Readiness> {
    if (isStopping) return { ready: false, reason: 'The process is shutting down' }
    if (!isOpen) return { ready: false, reason: 'The process is still starting' }
    const unreached = network?.unreached
    const reason = unreached?.reason ?? (await hosting.databaseProblem())
    if (reason !== undefined) return { ready: false, reason }
    const notes = [bus.note(), unreached?.note, outboxes.note()].filter((note) => note !== undefined)
    return { ready: true, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) }
  }

  /** Whether the shop is ready for visitors. */
  async function publicReady(): Promise<Readiness> {
    if (options.network?.placement.isPreparing)
      return {
        ready: false,
        reason: 'The shop is still being prepared: the import of its sample catalogue is running',
      }
    return ready()
  }

  async function stop(handover?: HandoverOptions): Promise<void> {
    isStopping = true
    if (edge && handover) await leaveConnections(edge.server, handover.lingerMs)
    await edge?.close()
    await hosting.stopJobs()
    await bus.stopReceiving()
    await network?.stopServing(handover)
    await engine.stop(hosting.owners)
    await hosting.stopRelays()
    await bus.close()
    await loopback?.close()
    await network?.close()
    await versions.disconnect()
    await hosting.close()
  }
}
