import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findEmbedded, startEmbedded } from '#runtime/database/embedded/index.ts'
import { openPool } from '#runtime/database/pool.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'
import type { Finding } from './support/finding.ts'

let dataDirectory: string
let shop: ShopProcess
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
  shop = await startShopProcess({ dataDirectory })
}, 120_000)
afterAll(async () => {
  await shop?.stop()
  await removeDataDirectory(dataDirectory)
})

const SAMPLE = 'sample/pricing.json'
const WARNING = /^ {2}Warning {3}No shipping method is set, .*"pando rules load FILE"/m

const pando = (...args: string[]) => runPando(args, { PANDO_DATA: dataDirectory, PANDO_LOG: 'error' })
const lastLine = (output: string) => output.trim().split('\n').at(-1)
const findings = async () => {
  const { code, output } = await pando('doctor', '--json')
  const found = (JSON.parse(output) as Finding[]).filter(({ about }) => ['shipping', 'taxes'].includes(about))
  return { code, found }
}

async function fileWith(rules: unknown): Promise<string> {
  const file = join(dataDirectory, 'rules.json')
  await writeFile(file, typeof rules === 'string' ? rules : JSON.stringify(rules))
  return file
}

/** The delivery options of a product of the sample in a country, from the running shop. */
async function deliveryOptions(country: string): Promise<{ title: string; price: { amount: number } }[]> {
  const read = async (path: string) => (await fetch(`${shop.origin}/api/v1${path}`)).json()
  const { items } = (await read('/products?limit=1')) as { items: { variants: { id: string }[] }[] }
  const variantId = items[0]!.variants[0]!.id
  const options = await read(`/delivery-options?variantId=${variantId}&country=${country}`)
  return (options as { items: { title: string; price: { amount: number } }[] }).items
}

it('rules load changes a running shop: a line for each rule, and their number', async () => {
  const again = await pando('rules', 'load', SAMPLE)
  expect(again).toMatchObject({ code: 0, output: expect.stringMatching(/^unchanged {2}tax settings$/m) })
  expect(lastLine(again.output)).toMatch(/^(\d+) rules: 0 created, 0 updated, \1 unchanged$/)
  const band = { upTo: null, amount: 42 }
  const rate = { zoneId: 'shz_ch', days: null, by: 'pieces', bands: [band], freeFrom: null }
  const method = {
    id: 'drone',
    title: 'Drone',
    handover: 'shipping',
    position: 1,
    prices: 'zone',
    freeByPromotion: false,
    excludedClasses: [],
    rates: [rate],
  }
  const zone = { id: 'shz_ch', title: 'Basel', areas: [{ country: 'CH', postalPrefix: '40' }] }
  const file = await fileWith({ shippingZones: [zone], shippingMethods: [{ ...method, rates: [] }] })
  const dry = await pando('rules', 'load', file, '--dry-run')
  expect(lastLine(dry.output)).toBe(
    '2 rules: 2 created, 0 updated, 0 unchanged (dry run: nothing was changed)',
  )
  expect((await pando('rules', 'load', file)).output).toBe(
    'created  shipping zone    Basel\ncreated  shipping method  Drone\n2 rules: 2 created, 0 updated, 0 unchanged\n',
  )
  await fileWith({
    shippingZones: [{ ...zone, areas: [{ country: 'AQ' }] }],
    shippingMethods: [method],
  })
  expect(lastLine((await pando('rules', 'load', file)).output)).toBe(
    '2 rules: 0 created, 2 updated, 0 unchanged',
  )
  expect(await deliveryOptions('AQ')).toMatchObject([{ title: 'Drone', price: { amount: 42 } }])
}, 60_000)

it('rules load says what is wrong with a file, and where', async () => {
  const refused = async (rules: unknown) => {
    const { code, output } = await pando('rules', 'load', await fileWith(rules))
    expect(code).toBe(1)
    return output
  }
  const zone = { title: 'X', areas: [{ country: 'DE' }], prices: 'included', rates: [], reverseCharge: false }
  expect(await refused('{')).toMatch(/^pando: Cannot load .*rules\.json: it is not JSON/)
  expect(await refused([])).toContain('it must be a JSON object')
  const wrong = await refused({ taxZone: [], taxZones: [{ ...zone, prices: 'free' }, { title: 'Y' }] })
  expect(wrong).toContain('  /taxZone is unknown: remove it')
  expect(wrong).toContain('  /taxZones/0/prices ')
  expect(wrong).toContain('  /taxZones/1/areas is missing')
  expect(await refused({ taxZones: [{ ...zone, areas: [{ country: 'XX' }] }] })).toMatch(
    /"XX" is not a country of ISO 3166-1 \(.*rules\.json, \/taxZones\/0\/areas\/0\/country\)/,
  )
  expect((await pando('rules', 'load', 'nowhere.json')).output).toContain('the file does not exist')
}, 60_000)

it('rules load tax-rates loads those of the named places only, with their date and source', async () => {
  const without = await pando('rules', 'load', 'tax-rates')
  expect(without).toMatchObject({ code: 1, output: expect.stringContaining('with --country') })
  const loaded = await pando('rules', 'load', 'tax-rates', '--country', 'NO,US-CA')
  expect(loaded.code).toBe(0)
  expect(loaded.output).toMatch(/^created {2}tax zone {2}Norway\ncreated .* California\n2 rules: 2 created,/)
  expect(loaded.output).toMatch(/^US: rates of 2026-\d\d-\d\d\. Check them before you sell\n {2}Source: /m)
  const { output } = await pando('rules', 'load', SAMPLE, '--country', 'NO')
  expect(output).toContain('Cannot use --country with a file')
}, 60_000)

it('rules show prints what is set, and doctor the countries without a tax zone', async () => {
  const shown = await pando('rules', 'show')
  expect(shown.output).toMatch(/^ {2}The shop is in Germany$/m)
  expect(shown.output).toMatch(/^ {2}Norway +NO +contain tax +standard 25 % \(VAT\), /m)
  expect(shown.output).toMatch(/^ {2}active +0 +10 % off +10 % off the order, with the code WELCOME10\./m)
  const json = JSON.parse((await pando('rules', 'show', '--json')).output) as {
    shipping: { methods: { id: string }[] }
  }
  expect(json.shipping.methods.map(({ id }) => id)).toContain('standard')
  const { found } = await findings()
  expect(found).toMatchObject([
    { about: 'shipping', state: 'ok', text: expect.stringMatching(/^4 methods to \d+ countries$/) },
    { about: 'taxes', state: 'note', text: expect.stringContaining('Antarctica') },
  ])
}, 60_000)

it('a shop of a version without rules says at its start what to do, and rules can be loaded while it is stopped', async () => {
  expect(shop.output()).not.toMatch(WARNING)
  await shop.stop()
  expect(lastLine((await pando('rules', 'load', SAMPLE)).output)).toMatch(/ 0 created, 0 updated, /)
  await dropRules()
  shop = await startShopProcess({ dataDirectory })
  expect(shop.output()).toMatch(WARNING)
  const { code, found } = await findings()
  expect(code).toBe(1)
  expect(
    found.map(({ about, state, remedy }) => [about, state, remedy?.includes('pando rules load')]),
  ).toEqual([
    ['shipping', 'wrong', true],
    ['taxes', 'note', true],
  ])
  expect((await pando('rules', 'load', SAMPLE)).code).toBe(0)
  await shop.stop()
  shop = await startShopProcess({ dataDirectory })
  expect(shop.output()).not.toContain('Warning')
}, 120_000)

/** Makes the stopped shop one of a version that had no rules. */
async function dropRules(): Promise<void> {
  const directory = join(dataDirectory, 'postgres')
  expect(await findEmbedded(directory)).toBeUndefined()
  const embedded = await startEmbedded({ directory })
  const sql = openPool({ url: embedded.url, max: 1, name: 'test' })
  await sql`drop schema pricing cascade`
  await sql.end({ timeout: 5 })
  await embedded.stop()
}
