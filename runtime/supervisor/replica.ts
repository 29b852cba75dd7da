import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { request } from 'undici'
import { countOf } from '#shared/text.ts'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import type { Log } from '../base/log.ts'

/** How one replica of a process is started. */
export interface ReplicaPlan {
  /** The process's name in the topology. */
  process: string
  index: number
  /**
   * Returns program and arguments. Called at each start, like `environment`: both may depend on the present placement.
   */
  command: () => readonly string[]
  environment: () => Record<string, string>
  /** A file descriptor of this process that the replica inherits as its descriptor 3. */
  inherit?: number | undefined
  /**
   * `leave`: the replica still serves requests on open connections for a while, because another one replaces it. `end`:
   * it finishes its requests and stops.
   */
  signals: { leave: NodeJS.Signals; end: NodeJS.Signals }
  /** The origin of its internal port. */
  origin: string
}

/** The members of a replica's status that identify it. */
export interface ReplicaStatus {
  process: string
  replica: number
  startedAt: string
}

/** `waiting`: for a restart after a crash. `held`: killed by `hold()`, and not restarted until `release()`. */
export type ReplicaState = 'starting' | 'ready' | 'waiting' | 'held' | 'stopping' | 'stopped'

/** A start has failed when the replica has ended this many times before it was ready. */
const START_ATTEMPTS = 3
/** The exit code after a second Ctrl-C, in the convention of shells: 128 plus the number of the signal. */
const SECOND_INTERRUPT_CODE = 130
const NOT_RESTARTED = new Set<ReplicaState>(['held', 'stopping', 'stopped'])
const RESTART: BackOff = { firstMs: 200, longestMs: 10_000 }
/** After this time without a crash the back-off begins again with the shortest delay. */
const STABLE_MS = 5000
const POLL_READY_MS = 50
const PROBE_TIMEOUT_MS = 2000
/** How long a replica may take to stop before it is killed. */
const END_TIMEOUT_MS = 15_000
const LEAVE_TIMEOUT_MS = 45_000
/** A service in another language may report its start in whole seconds. */
const CLOCK_SLACK_MS = 1000
/** How long a start may take. Migrations do not count: they may take any time. */
const START_TIMEOUT_MS = 60_000
/** The start of a line with which a replica reports a migration. */
const MIGRATING = 'Migrating '

/** All child processes, and those that were sent a signal to stop. */
const children = new Set<ChildProcess>()
const stopping = new Set<ChildProcess>()
process.on('exit', (code) => {
  // Children that are not stopping end by themselves when their standard input closes. After a second Ctrl-C all are
  // killed, because some may hang.
  for (const child of code === SECOND_INTERRUPT_CODE ? children : stopping) child.kill('SIGKILL')
})

/** One replica of a process. Restarts the process with a back-off when it ends unexpectedly, and prints its output. */
export class Replica {
  readonly plan: ReplicaPlan
  state: ReplicaState = 'stopped'
  /** How many times the replica has ended unexpectedly since it was created. Each time it is restarted. */
  restarts = 0
  /** Whether the replica was killed because it did not stop in time. */
  wasKilled = false
  /** Called after each change of the state. */
  onChange: () => void = () => {}
  /** Called each time the replica reports that it is migrating its tables. */
  onMigrating: () => void = () => {}
  readonly #log: Log
  readonly #print: (line: string) => void
  #child: ChildProcess | undefined
  /** In milliseconds since the epoch. */
  #startedAt = 0
  /** When the replica last reported a migration, as `performance.now()`. */
  #migratingAt = 0
  readonly #startTimeoutMs: number
  readonly #leaveTimeoutMs: number
  /** How many times in a row the replica ended less than `STABLE_MS` after its start. */
  #crashes = 0
  #timer: NodeJS.Timeout | undefined
  #lastLines: string[] = []
  readonly #fetchStatus: (origin: string) => Promise<ReplicaStatus>
  /** For the message of `ready()`: which other program answers at the replica's port; empty while none does. */
  #otherProgram = ''
  /** Called once, at the next change of the state. */
  readonly #onNextChange = new Set<() => void>()

  constructor(
    plan: ReplicaPlan,
    options: {
      log: Log
      print: (line: string) => void
      fetchStatus: (origin: string) => Promise<ReplicaStatus>
      /** How long it may take to stop after `leave`. Default: 45 s. */
      leaveTimeoutMs?: number
      /** How long a start may take, without migrations. Default: 60 s. */
      startTimeoutMs?: number
    },
  ) {
    this.#fetchStatus = options.fetchStatus
    this.#startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS
    this.#leaveTimeoutMs = options.leaveTimeoutMs ?? LEAVE_TIMEOUT_MS
    this.plan = plan
    this.#log = options.log
    this.#print = options.print
  }

  get name(): string {
    return `${this.plan.process}.${this.plan.index}`
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** The last lines of the replica's output, for messages. */
  get lastLines(): readonly string[] {
    return this.#lastLines
  }

  /** Starts the replica, and keeps it running until `stop`. */
  start(): void {
    const { command, environment, inherit } = this.plan
    const [program = '', ...args] = command()
    this.#startedAt = Date.now()
    this.#otherProgram = ''
    this.#setState('starting')
    const child = spawn(program, args, {
      env: { ...process.env, ...environment() },
      // The replica's standard input stays open while this process lives. The replica ends when its input closes.
      stdio: ['pipe', 'pipe', 'pipe', ...(inherit === undefined ? [] : [inherit])],
      // Ctrl-C reaches only this process, which then stops the replicas in order.
      detached: true,
    })
    this.#child = child
    children.add(child)
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.#onLine(line))
    child.once('error', (error) => this.#onLine(`cannot be started: ${error.message}`))
    child.once('close', () => children.delete(child))
    child.once('close', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`))
    void this.#watchReadiness(child)
  }

  /**
   * Resolves when the replica is ready. Rejects when it has ended `attempts` times during this call, when it is stopped,
   * or when its start takes too long.
   */
  async ready(attempts = START_ATTEMPTS): Promise<void> {
    const began = performance.now()
    const restartsBefore = this.restarts
    while (this.state !== 'ready') {
      const ends = this.restarts - restartsBefore
      if (ends >= attempts) throw this.#startError(`it ended ${countOf(ends, 'time')} before it was ready`)
      if (this.state === 'stopped') throw this.#startError('it was stopped before it was ready')
      const leftMs = Math.max(began, this.#migratingAt) + this.#startTimeoutMs - performance.now()
      if (leftMs <= 0)
        throw this.#startError(
          `it is not ready after ${this.#startTimeoutMs / 1000} s: ${this.plan.origin}/health/ready does not answer 200`,
        )
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#onNextChange.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #startError(reason: string): Error {
    const lines = this.#lastLines.map((line) => `\n  ${line}`).join('')
    return new Error(
      `Cannot start the process "${this.name}": ${reason}${this.#otherProgram}. ${lines ? `Its last lines:${lines}` : 'It wrote nothing'}`,
    )
  }

  /** Sends a signal, so that the replica finishes its requests and stops, and kills it after a timeout. */
  async stop(mode: 'leave' | 'end'): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#setState('stopping')
    if (child && child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close')
      child.kill(this.plan.signals[mode])
      const timeoutMs = mode === 'leave' ? this.#leaveTimeoutMs : END_TIMEOUT_MS
      stopping.add(child)
      const killTimer = setTimeout(() => {
        this.#log.warn({ replica: this.name, timeoutMs }, 'process did not stop in time, killing it')
        child.kill('SIGKILL')
        this.wasKilled = true
      }, timeoutMs)
      await closed
      clearTimeout(killTimer)
      stopping.delete(child)
    }
    this.#setState('stopped')
  }

  /** Kills the replica and does not restart it until `release()`: operators can see how the shop works without it. */
  async hold(): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#setState('held')
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  /** Starts the replica if it is held. */
  release(): void {
    if (this.state === 'held') this.start()
  }

  #ended(child: ChildProcess, cause: string): void {
    if (child !== this.#child || NOT_RESTARTED.has(this.state)) return
    this.restarts += 1
    if (Date.now() - this.#startedAt > STABLE_MS) this.#crashes = 0
    const restartInMs = waitAfter(++this.#crashes, RESTART)
    this.#log.warn(
      { replica: this.name, ended: cause, restartInMs },
      'process ended unexpectedly, restarting it',
    )
    this.#timer = setTimeout(() => this.start(), restartInMs)
    this.#setState('waiting')
  }

  async #watchReadiness(child: ChildProcess): Promise<void> {
    while (child === this.#child && this.state === 'starting') {
      if ((await isReady(this.plan.origin)) && (await this.#isItself())) {
        if (child === this.#child && this.state === 'starting') this.#setState('ready')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_READY_MS))
    }
  }

  /** Whether the replica itself answers at its port. Another program or another shop may use the port. */
  async #isItself(): Promise<boolean> {
    const { origin, process: name, index } = this.plan
    try {
      const { process, replica, startedAt } = await this.#fetchStatus(origin)
      const isNamed = process === name && replica === index
      // A copy of this shop has the same names and secret, but started earlier. A service in another language may report
      // its start in a format that `Date.parse` cannot read.
      if (isNamed && !(Date.parse(startedAt) < this.#startedAt - CLOCK_SLACK_MS)) return true
      this.#otherProgram = `. Another process answers at ${origin}: "${process}.${replica}", started ${startedAt}. Give this one another port`
    } catch (error) {
      this.#otherProgram = `. A program that is not a process of this shop answers at ${origin} (${(error as Error).message}): stop it, or give this process another port`
    }
    return false
  }

  #setState(state: ReplicaState): void {
    this.state = state
    for (const resolve of this.#onNextChange) resolve()
    this.#onNextChange.clear()
    this.onChange()
  }

  #onLine(line: string): void {
    this.#lastLines = [...this.#lastLines.slice(-19), line]
    this.#print(line)
    if (!line.startsWith(MIGRATING)) return
    this.#migratingAt = performance.now()
    this.onMigrating()
  }
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${origin}/health/ready`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      reset: true,
    })
    await body.dump()
    return statusCode === 200
  } catch {
    return false
  }
}

/** The process that runs this code, as a replica that is always ready. */
export class ResidentReplica extends Replica {
  override state: ReplicaState = 'ready'

  constructor({ process, origin }: { process: string; origin: string }, log: Log) {
    const signals = { leave: 'SIGTERM', end: 'SIGINT' } as const
    const plan = { process, index: 0, command: () => [], environment: () => ({}), signals, origin }
    super(plan, { log, print: () => {}, fetchStatus: () => Promise.reject(new Error('it is always ready')) })
  }

  override get pid(): number {
    return process.pid
  }

  override start(): void {}

  override async stop(): Promise<void> {}

  override async hold(): Promise<void> {
    throw new Error(
      `Cannot take "${this.plan.process}" down: it is the process that the shop was started with, and the parent of all others`,
    )
  }
}

/** The lowest index that no replica has. */
export function freeIndex(replicas: readonly Replica[]): number {
  const taken = new Set(replicas.map(({ plan }) => plan.index))
  let index = 0
  while (taken.has(index)) index++
  return index
}
