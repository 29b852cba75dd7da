import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#runtime/process/config.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { parseTopology } from '#runtime/topology/check.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { homeOf, previousHome } from './home.ts'
import { recordTopology, saveTopology } from './shop-record.ts'

const known = await loadContracts()
const PAYMENTS = 'payments: { modules: [payments], port: 4110, database: { url: "env:PAY_URL" } }'
const addresses = {
  SHOP_URL: 'postgres://h/shop',
  PAY_URL: 'postgres://h/pay',
  CART_URL: 'postgres://h/cart',
}

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'pando-home-'))
})
afterEach(() => rm(data, { recursive: true }))

const parse = (processes: string, environment: Record<string, string>) =>
  parseTopology(
    `processes: { ${processes} }`,
    { name: 'test', source: join(data, 'test.yaml') },
    { known, environment },
  )
const shopIn = (database: string, environment: Record<string, string> = addresses) =>
  parse(`${PAYMENTS}, shop: { modules: all${database && `, database: ${database}`} }`, environment)
/** A topology whose process with the pages has no tables. `first`: its first process, which has payments. */
const pagesSeparate = (first: string, environment: Record<string, string> = addresses) =>
  parse(
    `${first}, pages: { modules: [storefront] }, sales: { modules: all, port: 4120, database: { url: "env:SHOP_URL" } }`,
    environment,
  )

async function home(topology: Topology, environment: Record<string, string> = addresses) {
  const config = readConfig({ PANDO_DATA: data, ...environment }, [])
  const { url, from } = {
    url: undefined,
    from: 'the server',
    ...(await homeOf(config, topology, environment)),
  }
  return [from, url]
}

const record = (topology: Topology, from?: string) => recordTopology(data, topology, { home: from })

describe('the home of a shop is', () => {
  it('the default server while a process uses it', async () => {
    expect(await home(shopIn(''))).toEqual(['the server', undefined])
    expect(await home(shopIn('{ name: money }'))).toEqual(['the server', undefined])
  })

  it('the database of the process with the pages when each database has an address, in any order', async () => {
    expect(await home(shopIn('{ url: "env:SHOP_URL" }'))).toEqual(['env:SHOP_URL', 'postgres://h/shop'])
  })

  it('the first database with tables when the pages have none', async () => {
    expect(await home(pagesSeparate(PAYMENTS))).toEqual(['env:PAY_URL', 'postgres://h/pay'])
  })

  it('still the same database when its variable is not set, but without an address', async () => {
    const { PAY_URL: _, ...unset } = addresses
    expect(await home(pagesSeparate(PAYMENTS, unset), unset)).toEqual(['env:PAY_URL', undefined])
  })

  it('the server of DATABASE_URL, whatever was recorded before', async () => {
    const topology = pagesSeparate(PAYMENTS)
    await record(topology, 'env:PAY_URL')
    expect(await home(topology, { ...addresses, DATABASE_URL: 'postgres://h/d' })).toEqual([
      'the server',
      undefined,
    ])
  })

  it('an embedded server that the shop already has', async () => {
    await mkdir(join(data, 'postgres', 'cluster'), { recursive: true })
    expect(await home(shopIn('{ url: "env:SHOP_URL" }'))).toEqual(['the server', undefined])
  })
})

describe('a shop keeps its home', () => {
  const separate = () => pagesSeparate(PAYMENTS)
  const merged = (environment?: Record<string, string>) =>
    pagesSeparate('cart: { modules: [payments], port: 4110, database: { url: "env:CART_URL" } }', environment)

  it('when the process with that database is removed', async () => {
    await record(separate(), 'env:PAY_URL')
    await saveTopology(data, 'processes: {}', merged())
    await record(merged())
    expect(await home(merged())).toEqual(['env:PAY_URL', 'postgres://h/pay'])
    const { PAY_URL: _, ...unset } = addresses
    // Without the variable, no process of the topology names the address of the old home
    expect(await home(merged(unset), unset)).toEqual(['env:CART_URL', 'postgres://h/cart'])
    const config = readConfig({ PANDO_DATA: data }, [])
    expect(await previousHome(config, undefined, unset)).toEqual({
      kind: 'url',
      url: undefined,
      from: 'env:PAY_URL',
    })
  })

  it('when a process begins to use the default server', async () => {
    await record(shopIn('{ url: "env:SHOP_URL" }'), 'env:SHOP_URL')
    await mkdir(join(data, 'postgres', 'cluster'), { recursive: true })
    const mixed = pagesSeparate('payments: { modules: [payments], port: 4110 }')
    expect(await home(mixed)).toEqual(['env:SHOP_URL', 'postgres://h/shop'])
  })

  it('with the current password of the topology, in a file that only its owner can read', async () => {
    const at = (password: string) => `postgres://me:${password}@h/shop`
    const before = shopIn(`{ url: "${at('old')}" }`)
    await record(before, at('old'))
    expect(await home(shopIn(`{ url: "${at('new')}" }`))).toEqual([at('new'), at('new')])
    expect((await stat(join(data, 'topology.json'))).mode & 0o077).toBe(0)
  })
})
