import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { request } from 'undici'
import { type BackOff, waitAfter } from '../base/back-off.ts'
import type { Log } from '../base/log.ts'

/** What one replica of a process is started with. */
export interface ReplicaPlan {
  /** The process's name in the topology. */
  process: string
  index: number
  /** Program and arguments, read at each start as the environment is: what they say of the others may have changed. */
  command: () => readonly string[]
  environment: () => Record<string, string>
  /** A file descriptor of this process that it gets as its number 3. */
  inherit?: number | undefined
  /** The signal that lets it leave in peace while others take its place, and the one that only ends it. */
  signals: { leave: NodeJS.Signals; end: NodeJS.Signals }
  /** Where its internal port answers. */
  origin: string
}

/** What a replica says of itself when it is asked. */
export interface ReplicaStatus {
  process: string
  replica: number
  startedAt: string
}

/** `held`: it was taken down and stays so until it is released; to the others it is a process that died. */
export type ReplicaState = 'starting' | 'ready' | 'waiting' | 'held' | 'stopping' | 'stopped'

/** How often a replica may end before it is ready, until whoever waits for it is told that it cannot be started. */
export const START_ATTEMPTS = 3
/** The exit code of a process that a second Ctrl-C has ended, as shells have it: 128 and the signal's number. */
const ENDED_AT_ONCE = 130
const STAYS_DOWN = new Set<ReplicaState>(['held', 'stopping', 'stopped'])
const RESTART: BackOff = { firstMs: 200, longestMs: 10_000 }
/** After this long without a crash the back-off begins anew: it has served in between, so it is no loop of crashes. */
const STABLE_MS = 5000
const POLL_READY_MS = 50
const PROBE_TIMEOUT_MS = 2000
const END_PATIENCE_MS = 15_000
const LEAVE_PATIENCE_MS = 45_000
/** Others may give their start in whole seconds. */
const CLOCK_SLACK_MS = 1000
/** A replica that neither ends nor becomes ready is given up, unless it says that it migrates: that takes what it takes. */
const START_PATIENCE_MS = 60_000
/** How a line begins with which a replica says so. */
const MIGRATING = 'Migrating '

/** What this process has started, and whom of it it has asked to end. */
const children = new Set<ChildProcess>()
const asked = new Set<ChildProcess>()
process.on('exit', (code) => {
  // Whoever was asked is not waited for any more. Others end by themselves, unless they hang, which nobody waits for
  // who has pressed Ctrl-C twice.
  for (const child of code === ENDED_AT_ONCE ? children : asked) child.kill('SIGKILL')
})

/**
 * One replica of a process: started, started again with a growing delay when it ends by itself, and stopped. What it
 * writes is passed on line by line, with its name in front.
 */
export class Replica {
  readonly plan: ReplicaPlan
  state: ReplicaState = 'stopped'
  restarts = 0
  /** It was stopped by force, as it did not end when it was asked to. */
  wasKilled = false
  /** Called when it has become ready, or is not any more. */
  onChange: () => void = () => {}
  /** Called when it says that it still changes its tables. */
  onMigrating: () => void = () => {}
  readonly #log: Log
  readonly #print: (line: string) => void
  #child: ChildProcess | undefined
  #startedAt = 0
  /** When it last said that it changes its tables, on the clock of `performance.now()`. */
  #migratingAt = 0
  readonly #startPatienceMs: number
  readonly #leavePatienceMs: number
  /** How often in a row it ended soon after its start. */
  #crashes = 0
  #timer: NodeJS.Timeout | undefined
  #lastLines: string[] = []
  readonly #fetchStatus: (origin: string) => Promise<ReplicaStatus>
  /** Why what answers in its place is not it. */
  #stranger = ''

  constructor(
    plan: ReplicaPlan,
    options: {
      log: Log
      print: (line: string) => void
      fetchStatus: (origin: string) => Promise<ReplicaStatus>
      /** How long it may take to leave. Default: 45 s. */
      leavePatienceMs?: number
      /** How long a start may take without a word of migrations. Default: 60 s. */
      startPatienceMs?: number
    },
  ) {
    this.#fetchStatus = options.fetchStatus
    this.#startPatienceMs = options.startPatienceMs ?? START_PATIENCE_MS
    this.#leavePatienceMs = options.leavePatienceMs ?? LEAVE_PATIENCE_MS
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

  /** What it wrote last, for whoever must say why it does not start. */
  get lastLines(): readonly string[] {
    return this.#lastLines
  }

  /** Starts it, and keeps it running until `stop`. */
  start(): void {
    const { command, environment, inherit } = this.plan
    const [program = '', ...args] = command()
    this.#startedAt = Date.now()
    this.#stranger = ''
    this.#become('starting')
    const child = spawn(program, args, {
      env: { ...process.env, ...environment() },
      // Its standard input stays open as long as this process lives: it ends itself when that closes.
      stdio: ['pipe', 'pipe', 'pipe', ...(inherit === undefined ? [] : [inherit])],
      // Ctrl-C goes to this process alone, which then stops the others in order.
      detached: true,
    })
    this.#child = child
    children.add(child)
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on('line', (line) => this.#say(line))
    child.once('error', (error) => this.#say(`cannot be started: ${error.message}`))
    child.once('close', () => children.delete(child))
    child.once('close', (code, signal) => this.#ended(child, signal ?? `exit code ${code}`))
    void this.#watchReadiness(child)
  }

  /** Resolves when it is ready. Rejects when it ends `attempts` times before, or takes too long, other than to migrate. */
  async ready(attempts: number): Promise<void> {
    const began = performance.now()
    while (this.state !== 'ready') {
      if (this.restarts >= attempts || this.state === 'stopped')
        throw this.#cannotStart(`it ended ${this.restarts} times before it was ready`)
      const leftMs = Math.max(began, this.#migratingAt) + this.#startPatienceMs - performance.now()
      if (leftMs <= 0)
        throw this.#cannotStart(
          `it is not ready after ${this.#startPatienceMs / 1000} s: ${this.plan.origin}/health/ready does not answer 200`,
        )
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#waiting.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #cannotStart(why: string): Error {
    const lines = this.#lastLines.map((line) => `\n  ${line}`).join('')
    return new Error(
      `Cannot start the process "${this.name}": ${why}${this.#stranger}. ${lines ? `Its last lines:${lines}` : 'It has written nothing'}`,
    )
  }

  readonly #waiting = new Set<() => void>()

  /** Ends it: asked first, so that it finishes its requests, and by force when that takes too long. */
  async stop(how: 'leave' | 'end'): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#become('stopping')
    if (child && child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close')
      child.kill(this.plan.signals[how])
      const patienceMs = how === 'leave' ? this.#leavePatienceMs : END_PATIENCE_MS
      asked.add(child)
      const force = setTimeout(() => {
        this.#log.warn({ replica: this.name, patienceMs }, 'process did not stop in time, it is killed')
        child.kill('SIGKILL')
        this.wasKilled = true
      }, patienceMs)
      await closed
      clearTimeout(force)
      asked.delete(child)
    }
    this.#become('stopped')
  }

  /** Kills it without a warning and does not start it again until `release`, for those who try what a failure does. */
  async hold(): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#become('held')
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  /** Starts what is held; does nothing to others. */
  release(): void {
    if (this.state === 'held') this.start()
  }

  #ended(child: ChildProcess, how: string): void {
    if (child !== this.#child || STAYS_DOWN.has(this.state)) return
    this.restarts += 1
    if (Date.now() - this.#startedAt > STABLE_MS) this.#crashes = 0
    const restartInMs = waitAfter(++this.#crashes, RESTART)
    this.#log.warn(
      { replica: this.name, ended: how, restartInMs },
      'process ended by itself, it is started again',
    )
    this.#timer = setTimeout(() => this.start(), restartInMs)
    this.#become('waiting')
  }

  async #watchReadiness(child: ChildProcess): Promise<void> {
    while (child === this.#child && this.state === 'starting') {
      if ((await isReady(this.plan.origin)) && (await this.#isItself())) {
        if (child === this.#child && this.state === 'starting') this.#become('ready')
        return
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_READY_MS))
    }
  }

  /** Another shop may have the port, and answers as well as this one does. */
  async #isItself(): Promise<boolean> {
    const { origin, process: name, index } = this.plan
    try {
      const { process, replica, startedAt } = await this.#fetchStatus(origin)
      const isNamed = process === name && replica === index
      // A copy of this shop has the same names and the same secret, but it was there before.
      if (isNamed && !(Date.parse(startedAt) < this.#startedAt - CLOCK_SLACK_MS)) return true
      this.#stranger = `. At ${origin} answers "${process}.${replica}" of ${startedAt}, which is another process: give this one another port`
    } catch (error) {
      this.#stranger = `. At ${origin} answers what is no process of this shop (${(error as Error).message}): stop that program, or give this process another port`
    }
    return false
  }

  #become(state: ReplicaState): void {
    this.state = state
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
    this.onChange()
  }

  #say(line: string): void {
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

/** The process that this code runs in, as a replica among the others: it is there for as long as they are. */
export class Resident extends Replica {
  override state: ReplicaState = 'ready'

  constructor({ process, origin }: { process: string; origin: string }, log: Log) {
    const signals = { leave: 'SIGTERM', end: 'SIGINT' } as const
    const plan = { process, index: 0, command: () => [], environment: () => ({}), signals, origin }
    super(plan, { log, print: () => {}, fetchStatus: () => Promise.reject(new Error('nobody waits for it')) })
  }

  override get pid(): number {
    return process.pid
  }

  override start(): void {}

  override async stop(): Promise<void> {}

  override async hold(): Promise<void> {
    throw new Error(
      `Cannot take "${this.plan.process}" down: it is the process that the shop was started with, which holds all others`,
    )
  }
}

/** The lowest that no replica has. */
export function freeIndex(replicas: readonly Replica[]): number {
  const taken = new Set(replicas.map(({ plan }) => plan.index))
  let index = 0
  while (taken.has(index)) index++
  return index
}
