import { type ChildProcess, spawn } from 'node:child_process'
import { expect, vi } from 'vitest'
import { openCommandShop } from '#cli/support/command-shop.ts'
import { audit } from '#lab/audit.ts'
import type { RelocationProgress, RelocationStatus } from '#runtime/relocation/relocation.ts'
import type { StepName } from '#runtime/relocation/steps.ts'
import { fillStock } from '#tests/support/fill-stock.ts'
import { type LoadReport, OpenLoop } from '#tests/support/open-loop.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

/** Modules that have tables and take part in a purchase. */
export const MODULES = ['catalog', 'inventory', 'cart', 'orders', 'payments', 'accounts'] as const

/** A shop whose modules move, as its operator has it. */
export interface MovingShop {
  shop: ShopProcess
  /** What its commands find it with. */
  environment: Record<string, string>
  /** Runs a command on it; answers what it printed. */
  pando(...args: string[]): Promise<{ code: number | null; output: string }>
  /** `pando split`, `merge` or `migration` with `--json`; answers how it ended. */
  relocate(...args: string[]): Promise<Moved>
  /** Starts it again with the same data and port, after it was killed. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface Moved {
  code: number | null
  status: RelocationStatus | undefined
  progress: RelocationProgress[]
  output: string
}

/** Begins a relocation that stops before a step, and resolves when it is there. */
export async function holdBefore(
  step: StepName,
  args: string[],
  environment: Record<string, string>,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args, '--json', '--hold-at', step], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
        if (said.includes('"note":"held"')) resolve()
      })
    child.once('close', () => reject(new Error(`It ended before "${step}":\n${said}`)))
  })
  return child
}

/** Starts it with its sample catalogue and enough of everything. */
export async function startMovingShop(
  options: { args?: string[]; environment?: Record<string, string> } = {},
): Promise<MovingShop> {
  const dataDirectory = await makeDataDirectory()
  const environment = { PANDO_DATA: dataDirectory, ...options.environment }
  const start = (more: object) => startShopProcess({ ...options, environment, dataDirectory, ...more })
  let shop = await start({})
  await fillStock(environment)
  return {
    get shop() {
      return shop
    },
    environment,
    pando: (...args) => runPando(args, environment),
    async relocate(...args) {
      const { code, output } = await runPando([...args, '--json'], environment)
      return { code, output, ...readLines(output) }
    },
    async restart() {
      shop = await startShopProcess({ environment, dataDirectory, port: shop.port })
    },
    async close() {
      await shop.stop()
      await removeDataDirectory(dataDirectory)
    },
  }
}

function readLines(output: string): Pick<Moved, 'status' | 'progress'> {
  const lines = output
    .split('\n')
    .filter(
      (line) => line.startsWith('{"progress"') || line.startsWith('{"result"') || line.startsWith('{"error"'),
    )
    .map((line) => JSON.parse(line) as { progress?: RelocationProgress; result?: RelocationStatus })
  return {
    status: lines.findLast(({ result }) => result)?.result,
    progress: lines.flatMap(({ progress }) => progress ?? []),
  }
}

const RATE = 60
const CHECKOUT_EVERY = 12
/** Before and after what is tried, so that the load is there when it begins and what waited has come. */
const CALM_MS = 1000

/** Lets visitors come at a fixed rate while something is done; answers how they fared. */
export async function underLoad<Answer>(
  { shop }: { shop: Pick<ShopProcess, 'origin'> },
  work: (visitors: OpenLoop) => Promise<Answer>,
): Promise<{ answer: Answer; load: LoadReport }> {
  const visitors = new OpenLoop(shop.origin)
  await visitors.start(RATE, CHECKOUT_EVERY)
  const calm = () => new Promise((resolve) => setTimeout(resolve, CALM_MS))
  try {
    await calm()
    const answer = await work(visitors)
    await calm()
    return { answer, load: await visitors.stop() }
  } catch (error) {
    await visitors.stop()
    throw error
  }
}

const SETTLE_MS = 20_000

/** What `pando audit` does finds nothing, as soon as all events have been handled. */
export async function expectAllWell({ environment }: Pick<MovingShop, 'environment'>): Promise<void> {
  const { shop, close } = await openCommandShop(environment)
  try {
    const look = async () => {
      const { problems, counts } = await audit(shop)
      return { problems, eventsWaiting: counts.eventsWaiting }
    }
    await vi.waitFor(async () => expect(await look()).toEqual({ problems: [], eventsWaiting: 0 }), {
      timeout: SETTLE_MS,
      interval: 200,
    })
  } finally {
    await close()
  }
}

/** No request failed, and buyers bought meanwhile. */
export function expectNothingFailed(load: LoadReport, what: string): void {
  expect(load.failed, what).toEqual([])
  expect(load.orders.length, what).toBeGreaterThan(0)
}

export function describeMove(what: string, { status }: Moved, load: LoadReport): string {
  const took = status?.steps.reduce((sum, { ms }) => sum + ms, 0) ?? 0
  return `${what}: ${status?.state}, ${(took / 1000).toFixed(1)} s, ${status?.rows} rows, pause ${Math.round(status?.pauseMs ?? Number.NaN)} ms; ${load.requests} requests (${load.orders.length} orders), ${load.failed.length} failed, p99 ${load.p99} ms, longest ${load.max} ms`
}
