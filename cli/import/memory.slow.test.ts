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
const MOST_MEGABYTES = 250
/** Prints what the process had of memory at most when it ends. */
const TELLS_MEMORY =
  "data:text/javascript,process.on('exit',()=>console.log('peak',process.resourceUsage().maxRSS))"

test('an import of thousands of products takes 250 MB at most', { timeout: 120_000 }, async () => {
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
    const args = ['--import', TELLS_MEMORY, 'cli/main.ts', 'import', 'shopify', file]
    const environment = { DATABASE_URL: database.url, PANDO_DATA: directory }
    const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const [code] = await once(child, 'close')
    expect([code, output]).toEqual([0, expect.stringContaining('5000 products created')])
    expect(Number(/^peak (\d+)$/m.exec(output)?.[1]) * 1.024e-3).toBeLessThan(MOST_MEGABYTES)
  } finally {
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
})
