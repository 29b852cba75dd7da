import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { startShopProcess } from '#tests/support/shop-process.ts'
import { writeCatalogue } from '../../bench/support/large-catalogue.ts'

const PRODUCTS = 5000
const MAX_MEGABYTES = 250
/** A module that prints the peak memory of the process when it exits. */
const PRINT_PEAK_MEMORY =
  "data:text/javascript,process.on('exit',()=>console.log('peak',process.resourceUsage().maxRSS))"

test('an import of thousands of products needs at most 250 MB', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pando-import-'))
  const database = await createDatabase()
  try {
    const file = join(directory, 'products.csv')
    await writeCatalogue(file, PRODUCTS)
    const shop = await startShopProcess({
      dataDirectory: directory,
      args: ['--no-sample'],
      environment: { DATABASE_URL: database.url },
    })
    await shop.stop()
    const args = ['--import', PRINT_PEAK_MEMORY, 'cli/main.ts', 'import', 'shopify', file]
    const environment = { DATABASE_URL: database.url, PANDO_DATA: directory }
    const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const [code] = await once(child, 'close')
    expect([code, output]).toEqual([0, expect.stringContaining('5000 products created')])
    const peakKibibytes = Number(/^peak (\d+)$/m.exec(output)?.[1])
    expect((peakKibibytes * 1024) / 1_000_000).toBeLessThan(MAX_MEGABYTES)
  } finally {
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
})
