import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '#runtime/base/ports.ts'
import { FAST_FOLDER } from './fast-folder.ts'

/** A shop in its own process with its own embedded database, as users start it. */
export interface ShopProcess {
  origin: string
  port: number
  dataDirectory: string
  pid: number
  /** Its whole output so far, of stdout and stderr. */
  output(): string
  /** Stops it as Ctrl-C does. Returns its exit code. */
  stop(): Promise<number | null>
  /** Kills it with SIGKILL. */
  kill(): Promise<void>
}

export interface StartOptions {
  /** Default: a new folder. */
  dataDirectory?: string
  port?: number
  args?: string[]
  environment?: Record<string, string>
  /** Called with the whole output so far, each time it grows. */
  onOutput?: ((output: string) => void) | undefined
  /** Folder with the code to start. Default: this checkout. */
  checkout?: string | undefined
}

const READY = 'Ready in'
const START_TIMEOUT_MS = 60_000

/** Starts a shop and waits until it is ready. Throws an error with its output if it exits before, or is not ready in 60 s. */
export async function startShopProcess(options: StartOptions = {}): Promise<ShopProcess> {
  const dataDirectory = options.dataDirectory ?? (await makeDataDirectory())
  const port = options.port ?? (await freePort())
  const { child, output } = launch(
    ['start', '--port', String(port), '--data', dataDirectory, ...(options.args ?? [])],
    {
      PANDO_RATE_LIMITS: 'off',
      PANDO_LOG: 'warn',
      ...options.environment,
    },
    options.checkout,
  )
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', () => options.onOutput?.(output()))
  await waitUntilReady(child, output)
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    dataDirectory,
    pid: child.pid!,
    output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT')
        await once(child, 'exit')
      }
      return child.exitCode
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Runs `pando` with these arguments and waits for its end. `output` is that of stdout and stderr. */
export async function runPando(args: string[], environment: Record<string, string> = {}, checkout?: string) {
  const { child, output } = launch(args, environment, checkout)
  await once(child, 'close')
  return { code: child.exitCode, output: output() }
}

export async function makeDataDirectory(): Promise<string> {
  return mkdtemp(join(FAST_FOLDER, 'pando-process-'))
}

export async function removeDataDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

function launch(
  args: string[],
  environment: Record<string, string>,
  checkout?: string,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Do not pass on the database and settings of the tests
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...environment },
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
  })
  return { child, output: () => text }
}

function waitUntilReady(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The shop was not ready after ${START_TIMEOUT_MS / 1000} s. It printed:\n${output()}`))
    }, START_TIMEOUT_MS)
    const settle = (callback: () => void) => {
      clearTimeout(timer)
      callback()
    }
    child.stdout!.on('data', () => {
      if (output().includes(READY)) settle(resolve)
    })
    child.once('close', (code) =>
      settle(() => reject(new Error(`The shop exited with code ${code}. It printed:\n${output()}`))),
    )
  })
}
