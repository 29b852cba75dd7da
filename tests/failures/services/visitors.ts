import { oneOf, randomFrom } from '#tests/support/random.ts'
import { pause } from './running.ts'

export interface Visitors {
  /** By what was dead when the page was asked for; `nothing` when all was well. */
  seen: Record<string, { asked: number; failed: number }>
  /** What was wrong with the first failures while each was dead. */
  failures: string[]
  /** To be told what is dead from now on. */
  dead: string
  /** Waits until every kind of page is there: whoever calls a process again finds out by itself that it is back. */
  untilWell(): Promise<void>
  stop(): Promise<void>
}

const PAUSE_MS = 40
const SHOWN_FAILURES = 3
const WELL_TIMEOUT_MS = 30_000

/** Visitors who look at pages and at the API's lists, and buy nothing. Nobody repeats a request. */
export function startVisitors(origin: string, handles: string[], count: number, seed: number): Visitors {
  let stopped = false
  const visitors: Visitors = {
    seen: {},
    failures: [],
    dead: 'nothing',
    async untilWell() {
      const end = Date.now() + WELL_TIMEOUT_MS
      for (const path of pathsOf(handles[0]!)) {
        for (let problem = await ask(path); problem; problem = await ask(path)) {
          if (Date.now() > end) throw new Error(`GET ${path} ${problem}, although all processes are up`)
          await pause(PAUSE_MS)
        }
      }
    },
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
  const running = Array.from({ length: count }, async (_, index) => {
    const random = randomFrom(seed * 1000 + 500 + index)
    while (!stopped) {
      await look(oneOf(pathsOf(oneOf(handles, random)), random))
      await pause(PAUSE_MS)
    }
  })
  return visitors

  async function look(path: string): Promise<void> {
    const before = visitors.dead
    const problem = await ask(path)
    // What died or came back meanwhile makes it nobody's figure.
    if (visitors.dead !== before) return
    visitors.seen[before] ??= { asked: 0, failed: 0 }
    const figures = visitors.seen[before]
    figures.asked++
    if (!problem) return
    figures.failed++
    if (figures.failed <= SHOWN_FAILURES) visitors.failures.push(`${before} dead: GET ${path} ${problem}`)
  }

  async function ask(path: string): Promise<string | undefined> {
    try {
      const response = await fetch(origin + path, { signal: AbortSignal.timeout(10_000) })
      const text = await response.text()
      return response.ok ? undefined : `answered ${response.status} ${titleOf(text)}`
    } catch (error) {
      return `failed: ${String((error as Error).cause ?? error)}`
    }
  }
}

function pathsOf(handle: string): string[] {
  return [
    '/',
    `/products/${handle}`,
    '/api/v1/products?limit=20',
    `/api/v1/products/${handle}`,
    '/api/v1/categories',
  ]
}

/** A page's heading stands behind much that is on every page. */
function titleOf(text: string): string {
  return (/<h1[^>]*>([^<]*)/.exec(text)?.[1] ?? text).slice(0, 300)
}
