import { setTimeout as pause } from 'node:timers/promises'
import { freePort, isFree } from '../base/ports.ts'
import type { PlacementState } from '../topology/placement.ts'
import { MAX_REPLICAS } from '../topology/schema.ts'
import { findProcess, originOf, type Process, portsOf, type Topology } from '../topology/topology.ts'
import { Announcer } from './announcer.ts'
import { type Layout, type Move, placementFor, placementOf, refuseAmidMove } from './layout.ts'
import type { PlanChange, Progress, ProgressListener, SupervisorOptions } from './plans.ts'
import { prepareReplica } from './prepare-replica.ts'
import { freeIndex, Replica, type ReplicaPlan, Resident, START_ATTEMPTS } from './replica.ts'

const HANGING_MS = 250
/** Whoever waits that long for an end is told for whom. */
const NOTICE_MS = 2000

/** Runs all processes of a topology on this machine: starts, watches, scales, replaces and stops their replicas. */
export class Supervisor {
  #topology: Topology
  readonly #options: SupervisorOptions
  readonly #replicas = new Map<string, Replica[]>()
  #version = Date.now()
  /** What the shop is about to become: modules get ready in other processes. */
  #next: Layout['next']
  #preparing = false
  #stopping = false
  /** The modules that nobody serves at their new place yet. */
  #switching: Move | undefined
  /** For which the shop was laid out last. */
  #latest: Move | undefined
  readonly #announcer: Announcer
  /** Changes run one after the other. */
  #change: Promise<unknown> = Promise.resolve()

  constructor(options: SupervisorOptions) {
    this.#topology = options.topology
    this.#options = options
    this.#announcer = new Announcer(options, () => this.placement)
    const { resident } = options
    if (resident) this.#replicas.set(resident.process, [new Resident(resident, options.log)])
  }

  /** How the shop is laid out now. */
  get topology(): Topology {
    return this.#topology
  }

  /** The replicas of all processes, by process. */
  get replicas(): ReadonlyMap<string, readonly Replica[]> {
    return this.#replicas
  }

  /** Where the modules are now: in the replicas that are meant to run, whether they answer at this moment or not. */
  get placement(): PlacementState {
    return placementOf(this.#layout)
  }

  /** The same for a replica that starts, also before the others are told of it. */
  placementFor(process: string, origin: string): PlacementState {
    return placementFor(this.#layout, process, origin)
  }

  /** What a process must know that misses the announcement of `layOut`: newer than what it knows, older than that. */
  placementIn(topology: Topology): PlacementState {
    return placementOf({ ...this.#layout, topology, next: undefined, version: this.#version + 1 })
  }

  get #layout(): Layout {
    return {
      version: this.#version,
      topology: this.#topology,
      next: this.#next,
      originsOf: (process) => this.#originsOf(process),
      preparing: this.#preparing,
    }
  }

  /**
   * Starts everything and resolves when all are ready. Throws, with what it wrote last, when one does not come up. While
   * `prepare` runs then, the shop is ready for nobody outside.
   */
  async start(prepare?: () => Promise<void>): Promise<void> {
    this.#preparing = prepare !== undefined
    for (const process of this.topology.processes) await this.#plan(process)
    // Before any starts, so that each can be told where all are.
    const all = [...this.#replicas.values()].flat()
    for (const replica of all) replica.state = 'starting'
    this.#advance()
    for (const replica of all) replica.start()
    await Promise.all(all.map((replica) => replica.ready(START_ATTEMPTS)))
    await prepare?.()
    if (!this.#preparing) return
    this.#preparing = false
    this.#advance()
    await this.#announcer.announceToAll(all.filter(({ state }) => state === 'ready'))
  }

  /**
   * Brings a process to `count` replicas. New ones are ready before anybody is told of them, and everybody has been told
   * before old ones are asked to leave; resolves when these are gone. Throws when a new one does not come up: then the
   * process is as before.
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
      await this.#bringUp(added, onProgress)
      await this.#replace(name, [...replicas.slice(0, count), ...added], onProgress)
      await this.#letGo(replicas.slice(count), onProgress)
    })
  }

  /** Throws when a process cannot be deployed now. */
  checkDeployable(name: string): void {
    this.#process(name)
    this.#replaceable(name)
  }

  /**
   * Replaces the replicas of a process, one after the other, with the promises of `scale`. `program` starts the new ones,
   * and all later ones until the next deployment: what it makes of the usual plan; that plan itself unless given.
   */
  deploy(name: string, onProgress: ProgressListener = () => {}, program?: PlanChange): Promise<void> {
    return this.#serially(async () => {
      const process = this.#process(name)
      const before = this.#programs.get(name)
      this.#setProgram(name, program)
      try {
        for (const old of [...this.#replaceable(name)]) {
          const now = this.#replicas.get(name)!
          const index = freeIndex(now)
          const fresh = this.#create(process, index, await this.#portFor(process, index))
          await this.#bringUp([fresh], onProgress)
          await this.#replace(
            name,
            now.map((replica) => (replica === old ? fresh : replica)),
            onProgress,
          )
          await this.#letGo([old], onProgress)
        }
      } catch (error) {
        // What is started from now on is what worked.
        this.#setProgram(name, before)
        throw error
      }
    })
  }

  /**
   * Lets modules get ready in a process of the topology that the shop is about to have; starts the process where it does
   * not run. Resolves when all its replicas are ready for them. Throws, with the process's own words, when one is not.
   */
  standBy(next: Topology, modules: readonly string[], toProcess: string): Promise<void> {
    return this.#serially(async () => {
      this.#next = { topology: next, modules, toProcess }
      const process = findProcess(next, toProcess)
      if (!this.#replicas.has(toProcess)) await this.#plan(process)
      this.#advance()
      const replicas = this.#replicas.get(toProcess)!
      for (const replica of replicas) if (replica.state === 'stopped') replica.start()
      await Promise.all(
        replicas.map(async (replica) => {
          await replica.ready(replica.restarts + START_ATTEMPTS)
          await prepareReplica(replica, modules, this.placement, this.#options)
        }),
      )
    })
  }

  /**
   * From now on the shop is laid out so. Resolves when a replica of the process that the modules go to serves them, and all
   * others that answer have been told. Others do not wait for it: throws when the shop was laid out anew meanwhile.
   */
  async layOut(topology: Topology, move: Move): Promise<void> {
    const { toProcess } = move
    const isInForce = await this.#serially(async () => {
      for (const process of topology.processes)
        if (!this.#replicas.has(process.name)) await this.#plan(process)
      this.#topology = topology
      this.#next = undefined
      this.#advance()
      this.#switching = move
      this.#latest = move
      for (const replica of this.#replicas.get(toProcess)!) if (replica.state === 'stopped') replica.start()
      return () => move === this.#latest && !this.#stopping
    })
    // One that hangs is told when it goes on, unless it has been replaced.
    const gaining = this.#replicas.get(toProcess)!.map((replica) => {
      const isWanted = () => isInForce() && this.#replicas.get(toProcess)?.includes(replica) === true
      return this.#announcer.announceSurely(replica, isWanted)
    })
    await Promise.any(gaining).catch(() => {})
    if (!isInForce()) throw new Error('Cannot go on: the shop has been laid out anew meanwhile, or it stops')
    this.#switching = undefined
    const others = [...this.#replicas.values()].flat().filter(({ plan }) => plan.process !== toProcess)
    const announced = others
      .filter(({ state }) => state === 'ready')
      .map((replica) => this.#announcer.announce(replica))
    // Nobody waits for these, as they cannot do anything wrong meanwhile.
    await Promise.race([Promise.all(announced), pause(HANGING_MS, undefined, { ref: false })])
  }

  /** Ends what was begun with `standBy`, and stops the processes that the topology does not have. */
  standDown(): Promise<void> {
    return this.#serially(async () => {
      this.#next = undefined
      this.#advance()
      const running = [...this.#replicas.values()].flat().filter(({ state }) => state === 'ready')
      await this.#announcer.announceToAll(running)
      for (const [name, replicas] of [...this.#replicas]) {
        if (this.#topology.processes.some((process) => process.name === name)) continue
        await Promise.all(replicas.map((replica) => replica.stop('leave')))
        this.#replicas.delete(name)
      }
    })
  }

  /** The file that describes the shop is another one now; nothing else changes. */
  describedBy(topology: Topology): void {
    this.#topology = topology
  }

  /** Kills the replicas of a process, and keeps them down until `release`: a failure that lasts. */
  hold(name: string): Promise<void> {
    return this.#serially(async () => {
      this.#process(name)
      await Promise.all(this.#replicas.get(name)!.map((replica) => replica.hold()))
    })
  }

  /** Starts what `hold` took down, and resolves when it is ready. */
  release(name: string): Promise<void> {
    return this.#serially(async () => {
      this.#process(name)
      const held = this.#replicas.get(name)!.filter(({ state }) => state === 'held')
      for (const replica of held) replica.release()
      await Promise.all(held.map((replica) => replica.ready(replica.restarts + START_ATTEMPTS)))
    })
  }

  /** Stops all: those that serve the public first, so that nobody's request finds the others gone. */
  async stop(): Promise<void> {
    this.#stopping = true
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

  /** What the command of a process is made of since it was deployed. */
  readonly #programs = new Map<string, PlanChange>()

  #setProgram(process: string, program: PlanChange | undefined): void {
    if (program) this.#programs.set(process, program)
    else this.#programs.delete(process)
  }

  /** The replicas that a process begins with; they are not started. */
  async #plan(process: Process): Promise<void> {
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

  #advance(): void {
    // Higher than in any earlier life, whose word may be kept somewhere.
    this.#version = Math.max(this.#version + 2, Date.now())
  }

  #create(process: Process, index: number, port: number): Replica {
    const topology = () =>
      this.#topology.processes.some(({ name }) => name === process.name)
        ? this.#topology
        : (this.#next?.topology ?? this.#topology)
    const origin = originOf(process, port)
    const usual = this.#options.launch({ process, index, internalPort: port, origin, topology })
    const plan: ReplicaPlan = {
      ...(this.#programs.get(process.name)?.(usual) ?? usual),
      process: process.name,
      index,
      origin,
    }
    const replica = new Replica(plan, {
      log: this.#options.log,
      print: (line) => this.#options.print(replica.name, line),
      fetchStatus: this.#options.fetchStatus,
    })
    let known = false
    replica.onChange = () => {
      const ready = replica.state === 'ready'
      // Who starts learns where the others are from its environment, which may be old by now.
      if (ready && !known) void this.#announcer.announce(replica)
      known = ready
    }
    return replica
  }

  async #bringUp(replicas: readonly Replica[], onProgress: ProgressListener): Promise<void> {
    const began = performance.now()
    try {
      await Promise.all(
        replicas.map(async (replica) => {
          const { name } = replica
          const say = (step: Progress['step'], ms = performance.now() - began) =>
            onProgress({ step, replica: name, pid: replica.pid, ms })
          replica.onMigrating = () => say('migrating')
          replica.start()
          say('starting', 0)
          await replica.ready(START_ATTEMPTS)
          say('ready')
        }),
      )
    } catch (error) {
      await Promise.all(replicas.map((replica) => replica.stop('end')))
      throw error
    }
  }

  /** From now on these are the replicas of a process; resolves when all running ones that answer know it. */
  async #replace(name: string, replicas: Replica[], onProgress: ProgressListener): Promise<void> {
    const began = performance.now()
    this.#replicas.set(name, replicas)
    this.#advance()
    const running = [...this.#replicas.values()].flat().filter(({ state }) => state === 'ready')
    const untold = await this.#announcer.announceToAll(running)
    onProgress({ step: 'switched', ms: performance.now() - began, untold })
  }

  async #letGo(replicas: readonly Replica[], onProgress: ProgressListener): Promise<void> {
    const began = performance.now()
    await Promise.all(
      replicas.map(async (replica) => {
        const { name, pid } = replica
        onProgress({ step: 'leaving', replica: name, pid, ms: 0 })
        await replica.stop('leave')
        onProgress({
          step: replica.wasKilled ? 'killed' : 'gone',
          replica: name,
          pid,
          ms: performance.now() - began,
        })
      }),
    )
  }

  async #portFor(process: Process, index: number): Promise<number> {
    const { internalPort } = portsOf(process, index)
    const taken = [...this.#replicas.values()]
      .flat()
      .some(({ plan }) => plan.origin.endsWith(`:${internalPort}`))
    const planned = index < process.replicas
    if (internalPort !== 0 && planned) return internalPort
    return internalPort !== 0 && !taken && (await isFree(internalPort)) ? internalPort : freePort()
  }

  #replaceable(name: string): readonly Replica[] {
    refuseAmidMove(this.#next ?? this.#switching, name)
    const replicas = this.#replicas.get(name)!
    if (!replicas.some((replica) => replica instanceof Resident)) return replicas
    throw new Error(
      `Cannot replace or multiply "${name}": it is the process that the shop was started with, which holds all others. Stop the shop and start it again: then it runs under a supervisor`,
    )
  }

  #process(name: string): Process {
    return findProcess(this.topology, name)
  }

  #serially<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#stopping) return Promise.reject(new Error('Cannot change anything now: the shop is stopping'))
    const result = this.#change.then(work)
    this.#change = result.catch(() => {})
    return result
  }
}
