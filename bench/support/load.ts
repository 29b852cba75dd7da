import { performance } from 'node:perf_hooks'
import { Pool } from 'undici'

/** The result of a load run. Times are in milliseconds. */
export interface LoadResult {
  done: number
  perSecond: number
  p50: number
  p99: number
}

/** Runs `concurrency` loops for `seconds`. Each starts its next work when the previous one has ended. */
export async function closedLoop(
  concurrency: number,
  seconds: number,
  work: (n: number) => Promise<void>,
): Promise<LoadResult> {
  const times: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const from = performance.now()
        await work(next++)
        times.push(performance.now() - from)
      }
    }),
  )
  return summarise(times, performance.now() - began)
}

/** Does the work for each item once, `concurrency` items in parallel. */
export async function eachOnce<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<LoadResult> {
  const times: number[] = []
  const began = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (;;) {
        const item = items[next++]
        if (item === undefined) return
        const from = performance.now()
        await work(item)
        times.push(performance.now() - from)
      }
    }),
  )
  return summarise(times, performance.now() - began)
}

/**
 * Starts work at a fixed rate, even while earlier work runs. Times are measured from when the work was due, but from at
 * most 1 ms before its start: a longer delay is one of this client, not of the server.
 */
export async function openLoop(
  perSecond: number,
  seconds: number,
  work: (n: number) => Promise<void>,
): Promise<LoadResult> {
  const times: number[] = []
  const running: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = began + (n * 1000) / perSecond
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const from = Math.max(due, performance.now() - 1)
    running.push(work(n).then(() => void times.push(performance.now() - from)))
  }
  await Promise.all(running)
  return summarise(times, performance.now() - began)
}

function summarise(times: number[], elapsedMs: number): LoadResult {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    done: times.length,
    perSecond: times.length / (elapsedMs / 1000),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  }
}

/** The percentile of `values` at `share` (0.5: the median). NaN for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** An HTTP client that keeps its connections open. It throws on any unexpected status. */
export class HttpClient {
  readonly #pool: Pool

  constructor(origin: string, connections: number) {
    this.#pool = new Pool(origin, { connections, pipelining: 1 })
  }

  async get(path: string): Promise<string> {
    const response = await this.#pool.request({ method: 'GET', path })
    const text = await response.body.text()
    if (response.statusCode !== 200)
      throw new Error(`GET ${path} returned ${response.statusCode}: ${text.slice(0, 300)}`)
    return text
  }

  async send(
    method: 'POST' | 'PUT',
    path: string,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const response = await this.#pool.request({
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    const text = await response.body.text()
    if (response.statusCode !== status)
      throw new Error(`${method} ${path} returned ${response.statusCode}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }

  async getJson(path: string, headers: Record<string, string>): Promise<unknown> {
    const response = await this.#pool.request({ method: 'GET', path, headers })
    const text = await response.body.text()
    if (response.statusCode !== 200)
      throw new Error(`GET ${path} returned ${response.statusCode}: ${text.slice(0, 300)}`)
    return JSON.parse(text)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}
