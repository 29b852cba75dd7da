import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '#runtime/database/embedded/index.ts'
import { runToEnd } from '../support/processes.ts'
import type { Row } from '../support/table.ts'

const PRODUCTS = 20_000
/** What 100,000 products in three minutes come to. */
const BAR_PER_SECOND = 555
const BAR_MEGABYTES = 250

interface Imported {
  products: number
  variants: number
  seconds: number
  peakMegabytes: number
}

/** An import of a Shopify file into an empty shop, until everything of it can be bought; and the memory of its process. */
export async function measureImport(): Promise<Row> {
  const directory = await mkdtemp(join(tmpdir(), 'pando-bench-import-'))
  const database = await startEmbedded({ directory: join(directory, 'postgres') })
  try {
    const file = join(directory, 'products.csv')
    await writeProducts(file)
    const imported = await runToEnd<Imported>(['bench/support/import-run.ts', file], {
      DATABASE_URL: database.url,
      PANDO_DATA: directory,
    })
    const perSecond = imported.products / imported.seconds
    const { peakMegabytes } = imported
    return {
      work: `import of ${PRODUCTS.toLocaleString('en')} products with ${imported.variants.toLocaleString('en')} variants, products a second and peak memory`,
      figure: `${perSecond.toFixed(0)}, ${peakMegabytes.toFixed(0)} MB`,
      bar: `${BAR_PER_SECOND}, within ${BAR_MEGABYTES} MB`,
      met: perSecond >= BAR_PER_SECOND && peakMegabytes <= BAR_MEGABYTES,
      data: { perSecond, peakMegabytes },
    }
  } finally {
    await database.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

const WORDS =
  'soft warm cotton linen wool jacket shirt sofa lamp oak steel black white garden kitchen travel'.split(' ')
const SIZES = ['S', 'M', 'L']
const HEADER =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,' +
  'Variant Inventory Qty,Variant Price,Image Src'

/** Products with a description of sixty words, a picture, and two or three sizes in stock. */
async function writeProducts(path: string): Promise<void> {
  const file = await open(path, 'w')
  await file.write(`${HEADER}\n`)
  for (let n = 0; n < PRODUCTS; n++) {
    const word = (i: number) => WORDS[(n * 7 + i * i + i) % WORDS.length]!
    const text = Array.from({ length: 60 }, (_, i) => word(i)).join(' ')
    const facts = `${word(1)} ${word(3)} ${n},<p>${text}</p>,Vendor ${n % 50},${word(5)},"${word(6)}, ${word(9)}"`
    const rows = SIZES.slice(0, 2 + (n % 2)).map((size, i) => {
      const picture = i === 0 ? `https://pictures.example/${n}.jpg` : ''
      return `thing-${n},${i === 0 ? facts : ',,,,'},Size,${size},T-${n}-${size},shopify,5,${10 + (n % 90)}.99,${picture}\n`
    })
    await file.write(rows.join(''))
  }
  await file.close()
}
