import type { Progress } from '#runtime/supervisor/plans.ts'

/** A step of a change to a running shop as a line for a person. */
export function describeProgress({ step, replica, pid, ms, untold = [] }: Progress): string {
  const who = `${replica} (pid ${pid})`
  const time = showTime(ms)
  switch (step) {
    case 'starting':
      return `${who} starts`
    case 'migrating':
      return `${who} changes tables, ${time} so far`
    case 'ready':
      return `${who} is ready after ${time}`
    case 'switched':
      return untold.length === 0
        ? `all processes know it after ${time}`
        : `the others know it after ${time}; ${untold.map((each) => `${each.replica} (pid ${each.pid})`).join(', ')} ${untold.length === 1 ? 'does' : 'do'} not answer, and ${untold.length === 1 ? 'learns' : 'learn'} it later`
    case 'leaving':
      return `${who} takes nothing new and finishes what it has`
    case 'gone':
      return `${who} is gone after ${time}`
    case 'killed':
      return `${who} did not end when it was asked to, and was killed after ${time}`
  }
}

/** Such as `250 ms` or `3.2 s`. */
export function showTime(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
