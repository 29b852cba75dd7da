import type { LoopDelay } from './loop-delay.ts'

/** The upper bounds of the buckets in seconds: narrow ones for usual durations of calls, wide ones for long calls. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Series {
  outcomes: Map<string, number>
  buckets: number[]
  sum: number
  count: number
}

/** Counts the calls and events that a process serves to others, and formats the counts as Prometheus text. */
export class Metrics {
  readonly #series = new Map<string, Series>()
  readonly #delay: LoopDelay
  running = 0
  total = 0
  failed = 0

  constructor(delay: LoopDelay) {
    this.#delay = delay
  }

  /**
   * `subject`: the method or consumer. `outcome`: `ok` or the code of a failure. `isFault`: whether the failure is the
   * fault of this process, not of the caller.
   */
  count(subject: string, outcome: string, seconds: number, isFault: boolean): void {
    let series = this.#series.get(subject)
    if (!series) {
      series = { outcomes: new Map(), buckets: BOUNDS.map(() => 0), sum: 0, count: 0 }
      this.#series.set(subject, series)
    }
    this.total++
    if (isFault) this.failed++
    series.outcomes.set(outcome, (series.outcomes.get(outcome) ?? 0) + 1)
    series.sum += seconds
    series.count++
    const bucket = BOUNDS.findIndex((bound) => seconds <= bound)
    if (bucket !== -1) series.buckets[bucket]! += 1
  }

  write(): string {
    const lines: string[] = []
    const family = (name: string, type: string, help: string) =>
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
    family('pando_requests_total', 'counter', 'Calls and events served to other processes, by outcome.')
    for (const [subject, { outcomes }] of this.#series)
      for (const [outcome, count] of outcomes)
        lines.push(`pando_requests_total{method="${subject}",outcome="${outcome}"} ${count}`)
    family('pando_request_duration_seconds', 'histogram', 'Duration of calls and events.')
    for (const [subject, { buckets, sum, count }] of this.#series) {
      let below = 0
      BOUNDS.forEach((bound, i) => {
        below += buckets[i]!
        lines.push(`pando_request_duration_seconds_bucket{method="${subject}",le="${bound}"} ${below}`)
      })
      lines.push(
        `pando_request_duration_seconds_bucket{method="${subject}",le="+Inf"} ${count}`,
        `pando_request_duration_seconds_sum{method="${subject}"} ${sum.toFixed(6)}`,
        `pando_request_duration_seconds_count{method="${subject}"} ${count}`,
      )
    }
    family('pando_requests_running', 'gauge', 'Calls and events in progress.')
    lines.push(`pando_requests_running ${this.running}`)
    family('pando_event_loop_delay_seconds', 'gauge', 'Highest delay of timers since the last scrape.')
    lines.push(`pando_event_loop_delay_seconds ${(this.#delay.takePeakMs() / 1000).toFixed(6)}`)
    family('process_resident_memory_bytes', 'gauge', 'Resident memory of the process.')
    lines.push(`process_resident_memory_bytes ${process.memoryUsage.rss()}`)
    family('process_cpu_seconds_total', 'counter', 'CPU time used by the process.')
    const { user, system } = process.cpuUsage()
    lines.push(`process_cpu_seconds_total ${((user + system) / 1e6).toFixed(3)}`)
    family('process_start_time_seconds', 'gauge', 'Start time of the process since the epoch.')
    lines.push(`process_start_time_seconds ${(Date.now() / 1000 - process.uptime()).toFixed(3)}`)
    return `${lines.join('\n')}\n`
  }
}
