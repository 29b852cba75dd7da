import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import { parseTopology } from '#runtime/topology/check.ts'
import { readTopology } from '#runtime/topology/read.ts'
import { relocateModules } from '#runtime/topology/relocate.ts'
import type { Topology } from '#runtime/topology/topology.ts'
import { recordedTopology, recordTopology, savedTopologyFile, saveTopology } from './shop-record.ts'
import { chosenTopology } from './topology.ts'

const known = await loadContracts()
const options = { known, environment: {} }
const hybrid = readTopology('hybrid', options)
const monolith = readTopology('monolith', options)

let root: string
let data: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pando-record-'))
  data = root
})
afterEach(() => rm(root, { recursive: true }))

const choose = (option?: string, environment: Record<string, string> = {}) =>
  chosenTopology(option, known, 'all', { PANDO_DATA: data, ...environment })

/** The text and the topology of a shop whose modules have moved from the monolith, one after the other. */
function moved(...modules: string[]): { text: string; topology: Topology } {
  const saved = { name: 'topology', source: savedTopologyFile(data) }
  let text = 'processes: { shop: { modules: all } }'
  for (const module of modules)
    ({ text } = relocateModules(
      text,
      { modules: [module], toProcess: module },
      { before: saved, after: saved },
      options,
    ))
  return { text, topology: parseTopology(text, saved, options) }
}

const save = ({ text, topology }: ReturnType<typeof moved>) => saveTopology(data, text, topology)

describe('a shop starts', () => {
  it('as a monolith in a new data folder', async () => {
    expect((await choose()).name).toBe('monolith')
    data = join(root, 'missing')
    expect((await choose()).name).toBe('monolith')
  })

  it('in the topology of its last start by default', async () => {
    await recordTopology(data, hybrid)
    expect((await choose()).source).toBe(hybrid.source)
    expect((await choose('microservices')).name).toBe('microservices')
    expect((await choose(undefined, { PANDO_TOPOLOGY: 'monolith' })).name).toBe('monolith')
  })

  it('with its modules where they moved, even after its data folder was moved', async () => {
    await recordTopology(data, monolith)
    await save(moved('payments', 'cart'))
    await rename(root, `${root}-2`)
    data = root = `${root}-2`
    const topology = await choose()
    expect(topology.source).toBe(join(data, 'topology.yaml'))
    expect(topology.processes.map(({ name }) => name)).toEqual(['shop', 'payments', 'cart'])
    await recordTopology(data, topology)
    expect(await recordedTopology(data)).toBe(topology.source)
  })

  it('in the topology file of its last start, and names the file when it is missing', async () => {
    const source = join(root, 'mine.yaml')
    await writeFile(source, await readFile(hybrid.source))
    data = await mkdtemp(join(root, 'data-'))
    await recordTopology(data, readTopology(source, options))
    expect((await choose()).source).toBe(source)
    await rm(source)
    await expect(choose()).rejects.toThrow(
      /^Cannot find .*mine\.yaml, the topology of the last start of the shop in .*: restore/,
    )
  })
})

it('the saved file has the right path to its schema', async () => {
  const { text, topology } = moved('payments')
  const source = join(data, 'relocations', 'rlc_1.yaml')
  const line = '# yaml-language-server: $schema='
  await saveTopology(data, `${line}../../schema.json\n${text}`, { ...topology, source })
  expect(await readFile(savedTopologyFile(data), 'utf8')).toMatch(`${line}../schema.json\n`)
})

describe('a start', () => {
  it('is refused when the topology assigns data to other databases', async () => {
    await recordTopology(data, monolith)
    await expect(recordTopology(data, hybrid)).rejects.toThrow(
      'of its last topology (monolith)\n  - payments: data in pando, but now pando_payments\nStart without --topology',
    )
    await save(moved('payments'))
    await recordTopology(data, hybrid)
    await expect(recordTopology(data, monolith)).rejects.toThrow(
      'payments: data in pando_payments, but now pando',
    )
  })
})

describe('a process that dies while it saves a topology', () => {
  const files = ['topology.json', 'topology.yaml', 'topology.yaml.next']
  const names = async () => (await choose()).processes.map(({ name }) => name)
  const read = (file: string) => readFile(join(data, file), 'utf8').catch(() => undefined)

  it('leaves the old topology in effect before the record is written, and the new one after', async () => {
    await save(moved('payments'))
    const before = await Promise.all(files.map(read))
    await save(moved('payments', 'cart'))
    const after = await Promise.all(files.map(read))
    const restore = (texts: (string | undefined)[]) =>
      Promise.all(
        files.map((file, index) =>
          texts[index] === undefined
            ? rm(join(data, file), { force: true })
            : writeFile(join(data, file), texts[index]),
        ),
      )

    await restore([before[0], before[1], after[1]])
    expect(await names()).toEqual(['shop', 'payments'])
    await restore([after[0], before[1], after[1]])
    expect(await names()).toEqual(['shop', 'payments', 'cart'])
    expect(await read('topology.yaml.next')).toBeUndefined()
  })
})

it('a start keeps the edits of the operator in the saved topology', async () => {
  await save(moved('payments'))
  const file = savedTopologyFile(data)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('port: 4110', 'port: 4110, replicas: 3'))
  expect((await choose()).processOf('payments').replicas).toBe(3)
})
