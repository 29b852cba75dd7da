import { expect, it, test } from 'vitest'
import { parseTopology } from './check.ts'
import {
  databaseKey,
  databaseUrlOf,
  describeDatabase,
  findProcess,
  originsOf,
  portsOf,
  publicProcess,
} from './topology.ts'

const known = ['site', 'goods', 'bills'].map((name) => ({ name, pages: name === 'site' }))

function parse(processes: string, environment: Record<string, string> = {}, rest = '') {
  return parseTopology(
    `processes:\n  shop: { modules: [site, goods] }\n  billing: ${processes}\n${rest}`,
    { name: 'mine', source: '/etc/mine.yaml' },
    { known, environment },
  )
}

const billing = (entry: string, environment?: Record<string, string>) =>
  parse(`{ modules: [bills], port: 4110, ${entry} }`, environment).processOf('bills')

it('fills in every default', () => {
  const topology = parse('{ modules: [bills], port: 4110 }')
  expect(topology).toMatchObject({ name: 'mine', source: '/etc/mine.yaml', bus: 'direct', together: [] })
  expect(topology.processes).toEqual([
    {
      name: 'shop',
      modules: ['site', 'goods'],
      replicas: 1,
      port: 4000,
      internalPort: 4100,
      address: '127.0.0.1',
      listen: '127.0.0.1',
      database: { kind: 'name', name: 'pando' },
      command: undefined,
    },
    {
      name: 'billing',
      modules: ['bills'],
      replicas: 1,
      port: undefined,
      internalPort: 4110,
      address: '127.0.0.1',
      listen: '127.0.0.1',
      database: { kind: 'name', name: 'pando_billing' },
      command: undefined,
    },
  ])
})

it('keeps the values of the file', () => {
  const entry =
    'replicas: 3, address: pay.internal, listen: 10.0.0.1, database: { name: money }, command: [python3, pay.py]'
  expect(billing(entry)).toMatchObject({
    replicas: 3,
    address: 'pay.internal',
    listen: '10.0.0.1',
    database: { kind: 'name', name: 'money' },
    command: ['python3', 'pay.py'],
  })
  expect(parse('{ modules: [bills], port: 4110 }', {}, 'bus: nats\ntogether: [site, goods]')).toMatchObject({
    bus: 'nats',
    together: [['site', 'goods']],
  })
})

test.each([
  ['address: localhost', '127.0.0.1'],
  ['address: 127.0.0.3', '127.0.0.3'],
  ['address: "::1"', '::1'],
  ['address: billing', '0.0.0.0'],
  ['address: 10.1.2.3', '0.0.0.0'],
])('a process with %s listens on %s', (entry, listen) => {
  expect(billing(entry).listen).toBe(listen)
})

it('reads the public port from PANDO_PORT and adds 100 for the internal port; 0 means any free port for both', () => {
  const portsWith = (PANDO_PORT: string) => {
    const shop = parse('{ modules: [bills], port: 4110 }', { PANDO_PORT }).processOf('site')
    return [shop.port, shop.internalPort]
  }
  expect(portsWith('8080')).toEqual([8080, 8180])
  expect(portsWith('0')).toEqual([0, 0])
})

it('names databases after the one in DATABASE_URL', () => {
  const { processes } = parse('{ modules: [bills], port: 4110 }', { DATABASE_URL: 'postgres://host/store' })
  expect(processes.map(describeDatabase)).toEqual(['store', 'store_billing'])
})

it('gives each replica its own internal port and origin, and all the same public port', () => {
  const process = billing('replicas: 3')
  expect(originsOf(process)).toEqual([
    'http://127.0.0.1:4110',
    'http://127.0.0.1:4111',
    'http://127.0.0.1:4112',
  ])
  expect(portsOf(process, 2)).toEqual({ port: undefined, internalPort: 4112 })
  expect(portsOf({ ...process, port: 4000, internalPort: 0 }, 2)).toEqual({ port: 4000, internalPort: 0 })
  expect(originsOf({ ...process, address: '::1', replicas: 1 })).toEqual(['http://[::1]:4110'])
})

it('gives databases equal keys if and only if they are the same', () => {
  const keyOf = (entry: string, environment?: Record<string, string>) =>
    databaseKey(billing(entry, environment))
  const url = 'database: { url: "postgres://host/a" }'
  expect(keyOf('database: { url: "env:A" }', { A: 'postgres://host/a' })).toBe(keyOf(url))
  expect(keyOf('database: { url: "env:A" }')).not.toBe(keyOf('database: { url: "env:B" }'))
  expect(keyOf('')).not.toBe(databaseKey(parse('{ modules: [bills], port: 1 }').processOf('site')))
  expect(keyOf('database: { name: pando }')).toBe(
    databaseKey(parse('{ modules: [bills], port: 1 }').processOf('site')),
  )
  expect(keyOf('command: [python3]')).toBe('own:billing')
})

it('gives the URL of the database of a process', () => {
  const server = 'postgres://pando:secret@127.0.0.1:5433/pando?sslmode=disable'
  expect(databaseUrlOf(billing(''), server)).toBe(
    'postgres://pando:secret@127.0.0.1:5433/pando_billing?sslmode=disable',
  )
  expect(databaseUrlOf(billing('database: { url: "postgres://host/a" }'), server)).toBe('postgres://host/a')
  expect(databaseUrlOf(billing('command: [python3]'), server)).toBeUndefined()
  expect(() => databaseUrlOf(billing(''), undefined)).toThrow(
    'Cannot open the database of "billing": it is "pando_billing" on the default server, but this shop has no default server',
  )
  const pagesOnly = { ...billing(''), modules: ['site'], port: 4000 }
  expect(databaseUrlOf(pagesOnly, undefined)).toBeUndefined()
  expect(() => databaseUrlOf(billing('database: { url: "env:A" }'), server)).toThrow(
    'Cannot open the database of "billing": set A to its address',
  )
})

it('describes a database without its password', () => {
  expect(describeDatabase(billing('database: { url: "postgres://me:secret@host:5432/a" }'))).toBe(
    'host:5432/a',
  )
  expect(describeDatabase(billing('database: { url: "env:A" }', { A: 'postgres://me:secret@host/a' }))).toBe(
    'env:A',
  )
})

it('finds processes by module and by name, and the public one', () => {
  const topology = parse('{ modules: [bills], port: 4110 }')
  expect(topology.processOf('goods').name).toBe('shop')
  expect(publicProcess(topology)?.name).toBe('shop')
  expect(findProcess(topology, 'billing').name).toBe('billing')
  expect(() => topology.processOf('good')).toThrow(
    'Cannot place "good": the topology "mine" has no such module',
  )
  expect(() => findProcess(topology, 'bills')).toThrow(
    'Cannot find the process "bills" in the topology "mine". "bills" is a module of the process "billing". The processes are shop, billing',
  )
  expect(() => findProcess(topology, 'biling')).toThrow(
    'Did you mean "billing"? The processes are shop, billing',
  )
})

it('gives a process with "modules: all" every module that no other process lists', () => {
  const { processes } = parseTopology(
    'processes:\n  shop: { modules: all }\n  billing: { modules: [bills], port: 4110 }',
    { name: 'mine', source: '/etc/mine.yaml' },
    { known: [...known, { name: 'reviews', pages: false }], environment: {} },
  )
  expect(processes.map(({ modules }) => modules)).toEqual([['site', 'goods', 'reviews'], ['bills']])
})
