import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { START, startServer } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const PORT = 4791
const ROUNDS = 3

/**
 * Measures the time from the command to the first answer, in an empty directory and on existing data. The figures are
 * medians of three rounds.
 */
export async function measureStart(): Promise<Row[]> {
  const empty: number[] = []
  const existing: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const directory = await mkdtemp(join(tmpdir(), 'pando-bench-start-'))
    empty.push(await secondsToAnswer(directory))
    existing.push(await secondsToAnswer(directory))
    await rm(directory, { recursive: true, force: true })
  }
  return [
    row('time from start to first answer, empty directory', median(empty), 5),
    row('time from start to first answer, existing data', median(existing), 2),
  ]
}

async function secondsToAnswer(directory: string): Promise<number> {
  const began = performance.now()
  const server = await startServer([...START, '--port', String(PORT), '--data', directory], 'Ready in', {
    DATABASE_URL: '',
    PANDO_LOG: 'warn',
  })
  const response = await fetch(`http://127.0.0.1:${PORT}/`)
  await response.text()
  const seconds = (performance.now() - began) / 1000
  await server.stop()
  if (response.status !== 200)
    throw new Error(`Cannot measure the start: the home page returned ${response.status}`)
  return seconds
}

function row(work: string, seconds: number, target: number): Row {
  return {
    work,
    figure: `${seconds.toFixed(2)} s`,
    target: `within ${target} s`,
    met: seconds <= target,
    data: { seconds },
  }
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
