import { setTimeout as pause } from 'node:timers/promises'
import { freePort, isFree } from '../base/ports.ts'
import { MAX_REPLICAS } from '../topology/limits.ts'
import type { PlacementState } from '../topology/placement.ts'
import { findProcess, originOf, type Process, portsOf, type Topology } from '../topology/topology.ts'
import { Announcer } from './announcer.ts'
import { type Layout, type Move, placementFor, placementOf, refuseDuringMove } from './layout.ts'
import type { PlanChange, ProgressListener, SupervisorOptions } from './plans.ts'
import { prepareReplica } from './prepare-replica.ts'
import { freeIndex, Replica, type ReplicaPlan, ResidentReplica } from './replica.ts'
import { startReplicas, stopReplicas } from './start-and-stop-replicas.ts'

/** How long a switch waits for processes that do not get modules. */
const ANNOUNCE_TIMEOUT_MS = 250
/** After this time a stop logs which processes it waits for. */
const NOTICE_MS = 2000

/** Runs all processes of a topology on this machine: starts, watches, scales, replaces and stops their replicas. */
export class Supervisor {
  #topology: Topology
  readonly #options: SupervisorOptions
  readonly #replicas = new Map<string, Replica[]>()
  #version = Date.now()
  /** The move in preparation. */
  #next: Layout['next']
  /** Whether `prepare` of `start()` has not ended, so that the shop is not ready for visitors. */
  #isPreparing = false
  #isStopping = false
  /** The move of the last switch, while no replica of its target serves the modules yet. */
  #switching: Move | undefined
  /** The move of the last switch. */
  #lastSwitched: Move | undefined
  readonly #announcer: Announcer
  /** Settles when all changes so far have ended: changes run one after the other. */
  #changes: Promise<unknown> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#topology = options.topology
    this.#options = options
    this.#announcer = new Announcer(options, () => this.placement)
    const { resident } = options
    if (resident) this.#replicas.set(resident.process, [new ResidentReplica(resident, options.log)])
  }

  /** The topology in force. */
  get topology(): Topology {
    return this.#topology
  }

  /** The replicas of all processes, by process. */
  get replicas(): ReadonlyMap<string, readonly Replica[]> {
    return this.#replicas
  }

  /** The present placement. It contains all replicas that should run, even those that do not answer. */
  get placement(): PlacementState {
    return placementOf(this.#layout)
  }

  /** The placement for a replica that starts, with the replica itself. */
  placementFor(process: string, origin: string): PlacementState {
    return placementFor(this.#layout, process, origin)
  }

  /** The placement for processes that miss the update of `switchTopology`, with a version just below its version. */
  placementIn(topology: Topology): PlacementState {
    return placementOf({ ...this.#layout, topology, next: undefined, version: this.#version + 1 })
  }

  get #layout(): Layout {
    return {
      version: this.#version,
      topology: this.#topology,
      next: this.#next,
      originsOf: (process) => this.#originsOf(process),
      preparing: this.#isPreparing,
    }
  }

  /**
   * Starts all replicas, and waits until all are ready. Throws an error with the last output of one that does not
   * start. Then runs `prepare`, during which the shop is not ready for visitors.
   */
  async start(prepare?: () => Promise<void>): Promise<void> {
    this.#isPreparing = prepare !== undefined
    for (const process of this.topology.processes) await this.#createReplicas(process)
    // Set before the first start, so that the placement of each replica contains all others.
    const all = [...this.#replicas.values()].flat()
    for (const replica of all) replica.state = 'starting'
    this.#incrementVersion()
    for (const replica of all) replica.start()
    await Promise.all(all.map((replica) => replica.ready()))
    await prepare?.()
    if (!this.#isPreparing) return
    this.#isPreparing = false
    this.#incrementVersion()
    await this.#announcer.announceToAll(all.filter(({ state }) => state === 'ready'))
  }

  /**
   * Scales a process to `count` replicas. All processes receive the origins of new replicas once these are ready; then
   * surplus ones stop. Resolves when those have stopped. When a new one does not start, throws and changes nothing.
   */
  scale(name: string, count: number, onProgress: ProgressListener = () => {}): Promise<void> {
    return this.#serially(async () => {
      const process = this.#process(name)
      if (!Number.isInteger(count) || count < 1 || count > MAX_REPLICAS)
        throw new Error(`Cannot scale "${name}" to ${count}: give a number from 1 to ${MAX_REPLICAS}`)
      const replicas = this.#replaceable(name)
      const added: Replica[] = []
      while (replicas.length + added.length < count) {
        const index = freeIndex([...replicas, ...added])
        added.push(this.#create(process, index, await this.#portFor(process, index)))
      }
      await startReplicas(added, onProgress)
      await this.#replace(name, [...replicas.slice(0, count), ...added], onProgress)
      await stopReplicas(replicas.slice(count), onProgress)
    })
  }

  /** Throws when the process cannot be deployed now. */
  checkDeployable(name: string): void {
    this.#process(name)
    this.#replaceable(name)
  }

  /**
   * Replaces the replicas of a process one by one, with the same guarantees as `scale`. `change` changes the plan of the
   * new replicas and of all later ones until the next deployment. Default: the plan of `launch`.
   */
  deploy(name: string, onProgress: ProgressListener = () => {}, change?: PlanChange): Promise<void> {
    return this.#serially(async () => {
      const process = this.#process(name)
      const earlierChange = this.#planChanges.get(name)
      this.#setPlanChange(name, change)
      try {
        for (const old of [...this.#replaceable(name)]) {
          const current = this.#replicas.get(name)!
          const index = freeIndex(current)
          const replacement = this.#create(process, index, await this.#portFor(process, index))
          await startReplicas([replacement], onProgress)
          await this.#replace(
            name,
            current.map((replica) => (replica === old ? replacement : replica)),
            onProgress,
          )
          await stopReplicas([old], onProgress)
        }
      } catch (error) {
        // Later replicas start with the plan that worked.
        this.#setPlanChange(name, earlierChange)
        throw error
      }
    })
  }

  /**
   * Prepares modules in a process of the next topology; starts the process if it does not run. Resolves when all
   * replicas of the process have the modules in standby. Throws the error of a replica that cannot prepare them.
   */
  prepareMove(next: Topology, modules: readonly string[], toProcess: string): Promise<void> {
    return this.#serially(async () => {
      this.#next = { topology: next, modules, toProcess }
      const process = findProcess(next, toProcess)
      if (!this.#replicas.has(toProcess)) await this.#createReplicas(process)
      this.#incrementVersion()
      const replicas = this.#replicas.get(toProcess)!
      for (const replica of replicas) if (replica.state === 'stopped') replica.start()
      await Promise.all(
        replicas.map(async (replica) => {
          await replica.ready()
          await prepareReplica(replica, modules, this.placement, this.#options)
        }),
      )
    })
  }

  /**
   * Puts a topology in force after a move. Resolves when a replica of the target serves the modules, and the others
   * that answer have the new placement. Throws when another switch follows meanwhile, or the shop stops.
   */
  async switchTopology(topology: Topology, move: Move): Promise<void> {
    const { toProcess } = move
    const isInForce = await this.#serially(async () => {
      for (const process of topology.processes)
        if (!this.#replicas.has(process.name)) await this.#createReplicas(process)
      this.#topology = topology
      this.#next = undefined
      this.#incrementVersion()
      this.#switching = move
      this.#lastSwitched = move
      for (const replica of this.#replicas.get(toProcess)!) if (replica.state === 'stopped') replica.start()
      return () => move === this.#lastSwitched && !this.#isStopping
    })
    // A replica that hangs receives the update when it continues, unless it was replaced.
    const announcedToTarget = this.#replicas.get(toProcess)!.map((replica) => {
      const isWanted = () => isInForce() && this.#replicas.get(toProcess)?.includes(replica) === true
      return this.#announcer.announceUntilReceived(replica, isWanted)
    })
    await Promise.any(announcedToTarget).catch(() => {})
    if (!isInForce()) throw new Error('Cannot continue: another switch has followed, or the shop stops')
    this.#switching = undefined
    const others = [...this.#replicas.values()].flat().filter(({ plan }) => plan.process !== toProcess)
    const announced = others
      .filter(({ state }) => state === 'ready')
      .map((replica) => this.#announcer.announce(replica))
    // Only a short wait: calls of replicas with the old placement are redirected to the new location.
    await Promise.race([Promise.all(announced), pause(ANNOUNCE_TIMEOUT_MS, undefined, { ref: false })])
  }

  /** Ends the standby of `prepareMove`, and stops processes that are not in the topology. */
  endStandby(): Promise<void> {
    return this.#serially(async () => {
      this.#next = undefined
      this.#incrementVersion()
      const running = [...this.#replicas.values()].flat().filter(({ state }) => state === 'ready')
      await this.#announcer.announceToAll(running)
      for (const [name, replicas] of [...this.#replicas]) {
        if (this.#topology.processes.some((process) => process.name === name)) continue
        await Promise.all(replicas.map((replica) => replica.stop('leave')))
        this.#replicas.delete(name)
      }
    })
  }

  /** Replaces the topology by an equal one from another file. */
  setTopologyFile(topology: Topology): void {
    this.#topology = topology
  }

  /** Kills the replicas of a process, and does not restart them until `release`: operators can see how the shop works without it. */
  hold(name: string): Promise<void> {
    return this.#serially(async () => {
      this.#process(name)
      await Promise.all(this.#replicas.get(name)!.map((replica) => replica.hold()))
    })
  }

  /** Starts the replicas that `hold` killed, and resolves when they are ready. */
  release(name: string): Promise<void> {
    return this.#serially(async () => {
      this.#process(name)
      const held = this.#replicas.get(name)!.filter(({ state }) => state === 'held')
      for (const replica of held) replica.release()
      await Promise.all(held.map((replica) => replica.ready()))
    })
  }

  /** Stops all processes. Public ones stop first, so that their last requests can still call the others. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const notice = setTimeout(() => {
      const processes = [...this.#replicas.values()]
        .flat()
        .flatMap(({ state, name }) => (state === 'stopped' ? [] : [name]))
      this.#options.log.warn({ processes }, 'processes have not stopped yet; a second Ctrl-C kills them')
    }, NOTICE_MS)
    const isPublic = (name: string) =>
      this.topology.processes.some((process) => process.name === name && process.port !== undefined)
    const names = [...this.#replicas.keys()]
    for (const group of [names.filter(isPublic), names.filter((name) => !isPublic(name))]) {
      await Promise.all(
        group.flatMap((name) => this.#replicas.get(name)!).map((replica) => replica.stop('end')),
      )
    }
    clearTimeout(notice)
  }

  /** The changes of the latest deployments, by process. */
  readonly #planChanges = new Map<string, PlanChange>()

  #setPlanChange(process: string, change: PlanChange | undefined): void {
    if (change) this.#planChanges.set(process, change)
    else this.#planChanges.delete(process)
  }

  /** Creates the initial replicas of a process without starting them. */
  async #createReplicas(process: Process): Promise<void> {
    const replicas: Replica[] = []
    for (let index = 0; index < process.replicas; index++)
      replicas.push(this.#create(process, index, await this.#portFor(process, index)))
    this.#replicas.set(process.name, replicas)
  }

  #originsOf(process: string): string[] {
    return (this.#replicas.get(process) ?? [])
      .filter(({ state }) => state !== 'stopping' && state !== 'stopped')
      .map(({ plan }) => plan.origin)
  }

  #incrementVersion(): void {
    // `placementIn` uses the version between. A database may store a placement of an earlier run, with a lower version.
    this.#version = Math.max(this.#version + 2, Date.now())
  }

  #create(process: Process, index: number, port: number): Replica {
    const topology = () =>
      this.#topology.processes.some(({ name }) => name === process.name)
        ? this.#topology
        : (this.#next?.topology ?? this.#topology)
    const origin = originOf(process, port)
    const launched = this.#options.launch({ process, index, internalPort: port, origin, topology })
    const plan: ReplicaPlan = {
      ...(this.#planChanges.get(process.name)?.(launched) ?? launched),
      process: process.name,
      index,
      origin,
    }
    const replica = new Replica(plan, {
      log: this.#options.log,
      print: (line) => this.#options.print(replica.name, line),
      fetchStatus: this.#options.fetchStatus,
    })
    let wasReady = false
    replica.onChange = () => {
      const ready = replica.state === 'ready'
      // A replica starts with the placement from its environment, which may be old by now.
      if (ready && !wasReady) void this.#announcer.announce(replica)
      wasReady = ready
    }
    return replica
  }

  /** Replaces the replicas of a process, and resolves when the new placement is sent to all running replicas. */
  async #replace(name: string, replicas: Replica[], onProgress: ProgressListener): Promise<void> {
    const began = performance.now()
    this.#replicas.set(name, replicas)
    this.#incrementVersion()
    const running = [...this.#replicas.values()].flat().filter(({ state }) => state === 'ready')
    const unreached = await this.#announcer.announceToAll(running)
    onProgress({ step: 'switched', ms: performance.now() - began, unreached })
  }

  async #portFor(process: Process, index: number): Promise<number> {
    const { internalPort } = portsOf(process, index)
    if (internalPort === 0) return freePort()
    if (index < process.replicas) return internalPort
    // More replicas than in the topology: the port may belong to another process
    const isUsed = [...this.#replicas.values()]
      .flat()
      .some(({ plan }) => plan.origin.endsWith(`:${internalPort}`))
    return !isUsed && (await isFree(internalPort)) ? internalPort : freePort()
  }

  #replaceable(name: string): readonly Replica[] {
    refuseDuringMove(this.#next ?? this.#switching, name)
    const replicas = this.#replicas.get(name)!
    if (!replicas.some((replica) => replica instanceof ResidentReplica)) return replicas
    throw new Error(
      `Cannot deploy or scale "${name}": it is the process that the shop was started with, and the parent of all others. Stop the shop and start it again: then it runs under a supervisor`,
    )
  }

  #process(name: string): Process {
    return findProcess(this.topology, name)
  }

  #serially<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isStopping) return Promise.reject(new Error('Cannot change anything now: the shop is stopping'))
    const result = this.#changes.then(work)
    this.#changes = result.catch(() => {})
    return result
  }
}
