import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listModules } from '#runtime/process/modules.ts'
import { replicasOf } from '#tests/support/replicas.ts'
import { formatRuns, MERGES, MOVED_MODULES, runAll, SPLITS, withoutFigures } from './full-circle.ts'
import {
  describeMove,
  expectAllWell,
  expectNothingFailed,
  type MovingShop,
  startMovingShop,
  underLoad,
} from './moving-shop.ts'

let shop: MovingShop
beforeAll(async () => {
  shop = await startMovingShop()
}, 120_000)
afterAll(() => shop.close())

it('a shop of one process is split into many and merged back, while visitors buy', async () => {
  const { pid } = shop.shop
  expect(await modulesByProcess()).toEqual({ shop: listModules() })

  const { answer, load } = await underLoad(shop, async () => {
    const splits = await runAll(shop, SPLITS)
    expect(await modulesByProcess()).toEqual({
      shop: listModules().filter((name) => !MOVED_MODULES.includes(name)),
      ...Object.fromEntries(MOVED_MODULES.map((module) => [module, [module]])),
    })
    await expectAllWell(shop)
    return [formatRuns(splits), formatRuns(await runAll(shop, MERGES))]
  })
  console.log(
    `${load.requests} requests (${load.orders.length} orders), ${load.failed.length} failed, p50 ${load.p50} ms, p99 ${load.p99} ms, longest ${load.max} ms`,
  )
  expectNothingFailed(load, 'the circle')
  await expectAllWell(shop)
  expect(await modulesByProcess()).toEqual({ shop: listModules() })
  // The guide shows the same output
  const guide = withoutFigures(
    await readFile(new URL('../../docs/split-and-merge.md', import.meta.url), 'utf8'),
  )
  for (const printed of answer) expect(guide).toContain(withoutFigures(printed))
  // The process has never exited
  expect(shop.shop.pid).toBe(pid)
  const text = await readFile(join(shop.shop.dataDirectory, 'topology.yaml'), 'utf8')
  expect(text).toContain('modules: all')
}, 300_000)

it('a shop restarts with the topology that splits and merges have made', async () => {
  await shop.relocate('split', 'cart')
  await shop.shop.stop()
  await shop.restart()
  expect(await modulesByProcess()).toMatchObject({ cart: ['cart'] })
  const copy = join(shop.shop.dataDirectory, 'copies', 'shop.yaml')
  await mkdir(dirname(copy))
  const { answer, load } = await underLoad(shop, () =>
    shop.relocate('merge', 'cart', '--into', 'shop', '--out', copy),
  )
  console.log(describeMove('merge cart --into shop', answer, load))
  expectNothingFailed(load, 'merge cart')
  await expectAllWell(shop)
  // The path to the schema is right in both files
  const schema = fileURLToPath(new URL('../../docs/topology.schema.json', import.meta.url))
  const { source, text } = answer.status!.topology
  expect(text).toContain(`$schema=${relative(dirname(source), schema)}\n`)
  expect(await readFile(copy, 'utf8')).toContain(`$schema=${relative(dirname(copy), schema)}\n`)
}, 120_000)

/** The modules in each process, according to the processes. */
async function modulesByProcess(): Promise<Record<string, string[]>> {
  const replicas = await replicasOf(shop.shop.dataDirectory)
  return Object.fromEntries(
    replicas.map(({ process, said }) => [process, Object.keys(said?.modules ?? {}).sort()]),
  )
}
