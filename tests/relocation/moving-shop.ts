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

/** A shop for tests of moves. */
export interface MovingShop {
  shop: ShopProcess
  /** The variables with which commands find the shop. */
  environment: Record<string, string>
  /** Runs a command of `pando`. */
  pando(...args: string[]): Promise<{ code: number | null; output: string }>
  /** Runs `pando split`, `merge` or `migration` with `--json`. */
  relocate(...args: string[]): Promise<MoveResult>
  /** Starts the shop again with the same data, port and topology, after it was stopped or killed. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface MoveResult {
  code: number | null
  status: RelocationStatus | undefined
  progress: RelocationProgress[]
  output: string
}

/** Begins a relocation that stops before a step. Resolves with the command's process when it has stopped there. */
export async function holdBefore(
  step: StepName,
  args: string[],
  environment: Record<string, string>,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['cli/pando.mjs', ...args, '--json', '--hold-at', step], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
  })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
        if (output.includes('"note":"held"')) resolve()
      })
    child.once('close', () => reject(new Error(`The command exited before the step "${step}":\n${output}`)))
  })
  return child
}

/** Starts a shop with the sample catalogue and plenty of stock. */
export async function startMovingShop(
  options: { args?: string[]; environment?: Record<string, string> } = {},
): Promise<MovingShop> {
  const dataDirectory = await makeDataDirectory()
  const environment = { PANDO_DATA: dataDirectory, ...options.environment }
  let shop = await startShopProcess({ ...options, environment, dataDirectory })
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

function readLines(output: string): Pick<MoveResult, 'status' | 'progress'> {
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

/** Requests per second. */
const RATE = 60
/** One visitor in 12 buys. */
const CHECKOUT_EVERY = 12
/** Time under load before `work`, so that the load has begun, and after it, so that waiting requests are answered. */
const MARGIN_MS = 1000

/** Runs `work` while visitors come at a fixed rate. Returns its result and a report of the load. */
export async function underLoad<Answer>(
  { shop }: { shop: Pick<ShopProcess, 'origin'> },
  work: (visitors: OpenLoop) => Promise<Answer>,
): Promise<{ answer: Answer; load: LoadReport }> {
  const visitors = new OpenLoop(shop.origin)
  await visitors.start(RATE, CHECKOUT_EVERY)
  const pause = () => new Promise((resolve) => setTimeout(resolve, MARGIN_MS))
  try {
    await pause()
    const answer = await work(visitors)
    await pause()
    return { answer, load: await visitors.stop() }
  } catch (error) {
    await visitors.stop()
    throw error
  }
}

const SETTLE_MS = 20_000

/** Expects that the audit finds no problems once all events have been handled. */
export async function expectAllWell({ environment }: Pick<MovingShop, 'environment'>): Promise<void> {
  const { shop, close } = await openCommandShop(environment)
  try {
    const result = async () => {
      const { problems, counts } = await audit(shop)
      return { problems, eventsWaiting: counts.eventsWaiting }
    }
    await vi.waitFor(async () => expect(await result()).toEqual({ problems: [], eventsWaiting: 0 }), {
      timeout: SETTLE_MS,
      interval: 200,
    })
  } finally {
    await close()
  }
}

/** Expects that no request failed and that visitors bought something meanwhile. */
export function expectNothingFailed(load: LoadReport, what: string): void {
  expect(load.failed, what).toEqual([])
  expect(load.orders.length, what).toBeGreaterThan(0)
}

export function describeMove(what: string, { status }: MoveResult, load: LoadReport): string {
  const durationMs = status?.steps.reduce((sum, { ms }) => sum + ms, 0) ?? 0
  return `${what}: ${status?.state}, ${(durationMs / 1000).toFixed(1)} s, ${status?.rows} rows, pause ${Math.round(status?.pauseMs ?? Number.NaN)} ms; ${load.requests} requests (${load.orders.length} orders), ${load.failed.length} failed, p99 ${load.p99} ms, longest ${load.max} ms`
}
