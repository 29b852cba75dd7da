import { join } from 'node:path'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import type { RelocationStatus } from '#runtime/relocation/relocation.ts'
import { fillStock } from '#tests/support/fill-stock.ts'
import { type FailedRequest, OpenLoop } from '#tests/support/open-loop.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  startShopProcess,
} from '#tests/support/shop-process.ts'
import type { Row } from '../support/table.ts'

/** Numbers of payments in the shop; the module is split off and merged back with each. */
const SIZES = [1000, 10_000, 100_000, 1_000_000]
const MODULE = 'payments'
/** Requests per second. Some of the requests place orders, so the module's tables are written to all the time. */
const RATE = 60
const CHECKOUT_EVERY = 12
const MEDIAN_TARGET_MS = 100
const WORST_TARGET_MS = 500

interface Measured {
  /** The duration of the command. */
  seconds: number
  /** How long writes waited. */
  pauseMs: number
  failed: FailedRequest[]
}

/** Measures how long a split and a merge of a module take, and how long writes wait, for several numbers of rows. */
export async function measureRelocations(): Promise<Row[]> {
  const dataDirectory = await makeDataDirectory()
  const shop = await startShopProcess({ dataDirectory })
  const measured: Measured[] = []
  try {
    await fillStock({ PANDO_DATA: dataDirectory })
    for (const size of SIZES) {
      await fill(dataDirectory, size)
      for (const command of [
        ['split', MODULE],
        ['merge', MODULE, '--into', 'shop'],
      ])
        measured.push(await move(shop.origin, dataDirectory, command))
    }
  } finally {
    await shop.stop()
    await removeDataDirectory(dataDirectory)
  }
  return [
    ...SIZES.map((size, index) => rowOfSize(size, measured.slice(2 * index, 2 * index + 2))),
    rowOfPauses(measured),
  ]
}

/** Adds payments until there are this many. The load does not use them. */
async function fill(dataDirectory: string, payments: number): Promise<void> {
  const embedded = await findEmbedded(join(dataDirectory, 'postgres'))
  const sql = openPool({ url: embedded!.url, max: 1, name: 'bench' })
  try {
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select count(*) from payments.intent`
    await sql.unsafe(
      `insert into payments.intent
         (id, order_id, provider, token, amount, currency, capture, status, captured, reference, created_at, updated_at)
       select 'pay_bench' || n, 'ord_bench' || n, 'test', 'tok_ok', 4990, 'EUR', 'automatic', 'succeeded', 4990,
         'ref_bench' || n, now(), now()
       from generate_series(${count} + 1, ${payments}) as n`,
    )
    await sql`analyze payments.intent`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function move(origin: string, dataDirectory: string, command: string[]): Promise<Measured> {
  const visitors = new OpenLoop(origin)
  await visitors.start(RATE, CHECKOUT_EVERY)
  const began = performance.now()
  const { code, output } = await runPando([...command, '--json'], { PANDO_DATA: dataDirectory })
  const seconds = (performance.now() - began) / 1000
  const { failed } = await visitors.stop()
  if (code !== 0) throw new Error(`Cannot measure "${command.join(' ')}":\n${output}`)
  const { result } = JSON.parse(output.trim().split('\n').at(-1)!) as { result: RelocationStatus }
  return { seconds, pauseMs: result.pauseMs!, failed }
}

function rowOfSize(size: number, [split, merge]: Measured[]): Row {
  return {
    work: `split and merge of ${size.toLocaleString('en')} rows under load`,
    figure: `${split!.seconds.toFixed(1)} and ${merge!.seconds.toFixed(1)} s, pause ${split!.pauseMs.toFixed(0)} and ${merge!.pauseMs.toFixed(0)} ms`,
    target: null,
    met: null,
    data: {
      splitSeconds: split!.seconds,
      mergeSeconds: merge!.seconds,
      splitPauseMs: split!.pauseMs,
      mergePauseMs: merge!.pauseMs,
    },
  }
}

function rowOfPauses(measured: readonly Measured[]): Row {
  const sorted = measured.map(({ pauseMs }) => pauseMs).sort((a, b) => a - b)
  const middle = sorted.length / 2
  const median = (sorted[middle - 1]! + sorted[middle]!) / 2
  const worst = sorted.at(-1)!
  const failures = measured.flatMap(({ failed }) => failed)
  for (const { request, reason, atMs } of failures.slice(0, 5))
    console.error(`  failed: ${request} at ${atMs} ms: ${reason}`)
  const failed = failures.length
  return {
    work: 'pause of writes while a module moves',
    figure: `median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms, ${failed} requests failed`,
    target: `median ${MEDIAN_TARGET_MS} ms, worst ${WORST_TARGET_MS} ms, none failed`,
    met: median < MEDIAN_TARGET_MS && worst < WORST_TARGET_MS && failed === 0,
    data: { median, worst, failed },
  }
}
