import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '#runtime/process/ports.ts'
import { makeDataDirectory, removeDataDirectory, runPando } from '#tests/support/shop-process.ts'

let environment: Record<string, string>
beforeAll(async () => {
  environment = {
    PANDO_DATA: await makeDataDirectory(),
    PANDO_PORT: String(await freePort()),
    DATABASE_URL: 'postgres://shop:secret@127.0.0.1:1/money',
  }
})
afterAll(() => removeDataDirectory(environment.PANDO_DATA!))

it.each(['monolith', 'hybrid'])(
  'a first start in %s that fails says why, and binds the shop to nothing',
  async (topology) => {
    const { code, output } = await runPando(['start', '--topology', topology], environment)
    expect(output).toMatch(/^pando: Cannot use the database money at 127\.0\.0\.1:1: connect ECONNREFUSED/m)
    expect(output).not.toContain('    at ')
    expect(code).toBe(1)
    expect(await readdir(environment.PANDO_DATA!)).toEqual(['secret'])
  },
)

it('a replica that the topology does not have is refused', async () => {
  const { code, output } = await runPando(
    ['start', '--topology', 'hybrid', '--process', 'payments', '--replica', '5'],
    environment,
  )
  expect(output).toContain('Cannot start replica 5 of "payments": by the topology "hybrid" it has 1')
  expect(code).toBe(1)
})

it('an audit where no shop has ever been is refused', async () => {
  const { DATABASE_URL: _, ...rest } = environment
  const { code, output } = await runPando(['audit'], rest)
  expect(output).toContain(`Cannot find a shop in ${environment.PANDO_DATA}`)
  expect(code).toBe(1)
})
