import { pick, seededRandom } from '#shared/random.ts'
import { pause } from './open-services.ts'

export interface Visitors {
  /** Results by what was disturbed at the time of the request; `nothing` in a healthy shop. */
  seen: Record<string, { requests: number; failed: number }>
  /** Descriptions of the first failures during each disturbance. */
  failures: string[]
  /** Set by the test: what is disturbed from now on, such as the name of a dead process. */
  disturbed: string
  /** Waits until every kind of page works again: each caller notices by itself that a process is back. */
  untilWell(): Promise<void>
  stop(): Promise<void>
}

const PAUSE_MS = 40
const SHOWN_FAILURES = 3
const WELL_TIMEOUT_MS = 30_000

/** Starts visitors who request pages and lists of the API, without buying and without retries. */
export function startVisitors(origin: string, handles: string[], count: number, seed: number): Visitors {
  let stopped = false
  const visitors: Visitors = {
    seen: {},
    failures: [],
    disturbed: 'nothing',
    async untilWell() {
      const end = Date.now() + WELL_TIMEOUT_MS
      for (const path of pathsOf(handles[0]!)) {
        for (let problem = await get(path); problem; problem = await get(path)) {
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
    const random = seededRandom(seed * 1000 + 500 + index)
    while (!stopped) {
      await visit(pick(random, pathsOf(pick(random, handles))))
      await pause(PAUSE_MS)
    }
  })
  return visitors

  async function visit(path: string): Promise<void> {
    const before = visitors.disturbed
    const problem = await get(path)
    // Not counted when a disturbance began or ended during the request
    if (visitors.disturbed !== before) return
    visitors.seen[before] ??= { requests: 0, failed: 0 }
    const figures = visitors.seen[before]
    figures.requests++
    if (!problem) return
    figures.failed++
    if (figures.failed <= SHOWN_FAILURES)
      visitors.failures.push(`${before} disturbed: GET ${path} ${problem}`)
  }

  /** The problem of the answer; undefined when there is none. */
  async function get(path: string): Promise<string | undefined> {
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

/** The heading of a page. The beginning of its text is the same on all pages. */
function titleOf(text: string): string {
  return (/<h1[^>]*>([^<]*)/.exec(text)?.[1] ?? text).slice(0, 300)
}
