import type { Progress } from '#runtime/supervisor/plans.ts'

/** Describes a step of a change to the running shop in one line. */
export function describeProgress({ step, replica, pid, ms, unreached = [] }: Progress): string {
  const name = `${replica} (pid ${pid})`
  const time = formatDuration(ms)
  switch (step) {
    case 'starting':
      return `${name} is starting`
    case 'migrating':
      return `${name} is migrating tables, ${time} so far`
    case 'ready':
      return `${name} is ready after ${time}`
    case 'switched':
      return unreached.length === 0
        ? `all processes have switched after ${time}`
        : `the other processes have switched after ${time}; ${unreached.map((each) => `${each.replica} (pid ${each.pid})`).join(', ')} ${unreached.length === 1 ? 'does not answer and switches' : 'do not answer and switch'} later`
    case 'leaving':
      return `${name} accepts no new requests and finishes the running ones`
    case 'gone':
      return `${name} has exited after ${time}`
    case 'killed':
      return `${name} did not exit when asked to and was killed after ${time}`
  }
}

/** Such as `250 ms` or `3.2 s`. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
