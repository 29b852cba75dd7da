import type { Server } from 'node:http'

/** Counts of requests since the start. `failed`: responses with a status of 500 or above. */
export interface RequestCounts {
  total: number
  failed: number
  running: number
}

/** Counts the requests of a server from now on. */
export function countRequests(server: Server): Readonly<RequestCounts> {
  const counts = { total: 0, failed: 0, running: 0 }
  server.on('request', (_request, response) => {
    counts.total++
    counts.running++
    response.once('close', () => {
      counts.running--
      if (response.statusCode >= 500) counts.failed++
    })
  })
  return counts
}

export function addCounts(...all: readonly Readonly<RequestCounts>[]): RequestCounts {
  const sum = { total: 0, failed: 0, running: 0 }
  for (const { total, failed, running } of all) {
    sum.total += total
    sum.failed += failed
    sum.running += running
  }
  return sum
}
