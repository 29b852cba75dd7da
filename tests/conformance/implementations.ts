import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { payments } from '#modules/payments/contract.ts'
import { createLog } from '#runtime/base/log.ts'
import { freePort } from '#runtime/base/ports.ts'
import { contractToJson } from '#runtime/contract/contract-json.ts'
import { RpcServer } from '#runtime/rpc/server.ts'
import { KnownPlacement } from '#runtime/topology/placement.ts'
import { openShop } from '#tests/support/shop.ts'

export const SECRET = 'a secret for tests only'
const SERVICE = fileURLToPath(new URL('../../examples/payments-python/service.py', import.meta.url))
/** A short timeout of the provider, because tests wait for it with `tok_timeout`. */
const ENVIRONMENT = { PANDO_PAYMENT_TIMEOUT_MS: '1000' }

export const hasPython = spawnSync('python3', ['-c', 'import sqlite3']).status === 0

/** An implementation of payments, or of several modules, that serves the internal protocol. */
export interface Implementation {
  origin: string
  stop(): Promise<void>
}

/** Pando's own modules, served over the internal protocol. */
export async function openModules(modules = ['payments']): Promise<Implementation> {
  const shop = await openShop({ modules, realTime: true, environment: ENVIRONMENT })
  const server = await RpcServer.open({
    dispatcher: shop.shop.dispatcher,
    versions: shop.shop.versions,
    secret: SECRET,
    log: createLog({ level: process.env.PANDO_LOG ?? 'silent' }),
    port: 0,
    about: { process: 'payments', replica: 0, version: '0.1.0' },
    ready: async () => ({ ready: true }),
    placement: new KnownPlacement({ version: 1, modules: {} }),
  })
  return {
    origin: `http://127.0.0.1:${server.port}`,
    async stop() {
      await server.close()
      await shop.stop()
    },
  }
}

/** The service in Python. It keeps its data when it is killed and started again. */
export class PythonService implements Implementation {
  readonly #directory: string
  readonly #port: number
  readonly #environment: Record<string, string>
  #child: ChildProcess | undefined
  /** Its output since it became ready. */
  log = ''

  private constructor(directory: string, port: number, environment: Record<string, string>) {
    this.#directory = directory
    this.#port = port
    this.#environment = environment
  }

  static async start(environment: Record<string, string> = {}): Promise<PythonService> {
    const directory = await mkdtemp(join(tmpdir(), 'pando-python-'))
    await writeFile(join(directory, 'contract.json'), JSON.stringify(contractToJson(payments)))
    const service = new PythonService(directory, await freePort(), environment)
    try {
      await service.start()
    } catch (error) {
      await service.stop()
      throw error
    }
    return service
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get databaseFile(): string {
    return join(this.#directory, 'payments.sqlite')
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Starts the service, and resolves when it is ready. */
  async start(): Promise<void> {
    const child = spawn('python3', [SERVICE], {
      env: {
        PATH: process.env.PATH,
        PYTHONDONTWRITEBYTECODE: '1',
        PANDO_SECRET: SECRET,
        PANDO_PORT_INTERNAL: String(this.#port),
        PANDO_DATA: this.#directory,
        PANDO_CONTRACT: join(this.#directory, 'contract.json'),
        ...ENVIRONMENT,
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    await new Promise<void>((resolve, reject) => {
      const onOutput = (chunk: Buffer) => {
        this.log += String(chunk)
        if (this.log.includes('"msg":"ready"')) resolve()
      }
      child.stdout.on('data', onOutput)
      child.stderr.on('data', onOutput)
      child.once('exit', (code) => reject(new Error(`The service ended with ${code}: ${this.log}`)))
    })
    this.log = ''
  }

  /** Ends the service with a signal. Returns its exit code; null after a kill. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child!
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exit = once(child, 'exit') as Promise<[number | null]>
    child.kill(signal)
    return (await exit)[0]
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL')
    await rm(this.#directory, { recursive: true, force: true })
  }
}
