import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { loadContracts } from '../process/modules.ts'
import { parseTopology, TopologyError } from './check.ts'
import { RelocationRefused, type RequestedRelocation } from './check-relocation.ts'
import { relocateModules } from './relocate.ts'
import type { KnownModule, TopologyOptions } from './resolve.ts'
import { databaseKey, TOPOLOGIES_DIRECTORY, type Topology } from './topology.ts'

/** The modules of the files in this test. */
const names = [
  'storefront',
  'catalog',
  'inventory',
  'accounts',
  'cart',
  'orders',
  'payments',
  'notifications',
]
const known = names.map((name) => ({ name, pages: name === 'storefront' }))
const shipped = await loadContracts()
const file = { name: 'mine', source: '/srv/shop/mine.yaml' }

const text = `# Ours
processes:
  # The door
  shop:
    modules: [storefront, catalog, cart, accounts] # and the shelves
    port: 80
  # What must not fail
  sales:
    modules: [orders, inventory]
    port: 4110
    replicas: 12
  mails: { modules: [notifications], port: 4150, database: { name: post } }
  money:
    modules: [payments]
    port: 4160
    command: [python3, money.py]
together: [orders, inventory]
`

function relocate(request: RequestedRelocation, of = text, options: Partial<TopologyOptions> = {}) {
  return relocateModules(of, request, { before: file, after: file }, { known, environment: {}, ...options })
}

function problemsOf(request: RequestedRelocation, of = text): readonly string[] {
  try {
    relocate(request, of)
    return []
  } catch (error) {
    if (!(error instanceof RelocationRefused)) throw error
    for (const problem of error.problems) expect(error.message).toContain(`\n  - ${problem}`)
    return error.problems
  }
}

const read = (name: string) => readFileSync(join(TOPOLOGIES_DIRECTORY, `${name}.yaml`), 'utf8')
const parse = (yaml: string, modules: readonly KnownModule[] = known): Topology =>
  parseTopology(yaml, file, { known: modules, environment: {} })

/** The part of a topology that equals that of another: all but the order, and the names of the processes. */
function meaningOf({ processes, bus, together }: Topology) {
  const shown = processes.map((process) => ({
    modules: process.modules.toSorted(),
    database: databaseKey(process),
    port: process.port,
    internalPort: process.internalPort,
    replicas: process.replicas,
  }))
  return { processes: shown.toSorted((a, b) => a.internalPort - b.internalPort), bus, together }
}

describe('relocateModules()', () => {
  it('adds a process with the modules, and keeps all comments', () => {
    const { text: result, ...rest } = relocate({ modules: ['cart', 'catalog'], toProcess: 'browsing' })
    expect(
      result,
    ).toBe(`# Written by Pando when cart, catalog moved to the process "browsing"; the comments below are older
# Ours
processes:
  # The door
  shop:
    modules: [storefront, accounts] # and the shelves
    port: 80
  # What must not fail
  sales:
    modules: [orders, inventory]
    port: 4110
    replicas: 12
  mails: { modules: [notifications], port: 4150, database: { name: post } }
  money:
    modules: [payments]
    port: 4160
    command: [python3, money.py]
  browsing:
    modules: [cart, catalog]
    port: 4170
together: [orders, inventory]
`)
    expect(rest).toMatchObject({ fromProcess: 'shop', isNewProcess: true, isSourceRemoved: false })
    expect(rest.topology.processOf('cart').name).toBe('browsing')
  })

  it('removes a process that has no modules left, and replaces the comment about an earlier move', () => {
    const once = relocate({ modules: ['cart'], toProcess: 'cart' })
    const back = relocate({ modules: ['cart'], toProcess: 'shop' }, once.text)
    expect(back).toMatchObject({ fromProcess: 'cart', isNewProcess: false, isSourceRemoved: true })
    expect(
      back.text.split('\n').slice(0, 4).join('\n'),
    ).toBe(`# Written by Pando when cart moved to the process "shop"; the comments below are older
# Ours
processes:
  # The door`)
    expect(meaningOf(back.topology)).toEqual(meaningOf(parse(text)))
  })

  it('leaves "modules: all" as it is, which excludes modules that another process lists', () => {
    const all = 'processes:\n  shop: { modules: all }\n'
    const split = relocate({ modules: ['cart', 'orders'], toProcess: 'sales' }, all)
    expect(split.text).toContain('shop: { modules: all }\n  sales: { modules: [cart, orders], port: ')
    expect(split.topology.processOf('catalog').name).toBe('shop')
    const once = relocate({ modules: ['cart'], toProcess: 'shop' }, split.text)
    expect(once.text).toContain('shop: { modules: all }\n  sales: { modules: [orders], port: ')
    expect(once.topology.processOf('cart').name).toBe('shop')
    const back = relocate({ modules: ['orders'], toProcess: 'shop' }, once.text)
    expect(back.text).not.toContain('sales:')
    expect(meaningOf(back.topology)).toEqual(meaningOf(parse(all)))
  })

  it('adapts the path of the schema to the path of the new file', () => {
    const schema = '# yaml-language-server: $schema='
    const move = (to: string) =>
      relocateModules(
        read('monolith'),
        { modules: ['cart'], toProcess: 'cart' },
        { before: { ...file, source: '/p/topologies/monolith.yaml' }, after: { ...file, source: to } },
        { known, environment: {} },
      ).text.split('\n')[0]
    expect(move('/p/.pando/topology.yaml')).toBe(`${schema}../docs/topology.schema.json`)
    expect(move('/p/docs/x.yaml')).toBe(`${schema}./topology.schema.json`)
    expect(move('/data/topology.yaml')).toBe(`${schema}../p/docs/topology.schema.json`)
  })

  it('resolves aliases', () => {
    const aliased = `# Ours
processes:
  shop: { modules: [storefront, catalog, cart, accounts, inventory, payments] }
  sales: { modules: &group [orders, notifications], port: 4110 }
together: *group
`
    const { text: result } = relocate({ modules: ['orders', 'notifications'], toProcess: 'shop' }, aliased)
    expect(parse(result).together).toEqual([['orders', 'notifications']])
    expect(result).toContain('# Ours')
  })

  it('accepts JSON', () => {
    const json = JSON.stringify({ processes: { shop: { modules: names } } })
    expect(relocate({ modules: ['cart'], toProcess: 'cart' }, json).topology.processOf('cart').name).toBe(
      'cart',
    )
  })
})

describe('moving all modules of this project one by one', () => {
  const relocateShipped = (request: RequestedRelocation, of: string) =>
    relocate(request, of, { known: shipped })
  const parseShipped = (yaml: string) => parse(yaml, shipped)
  // In the order of the ports in the file
  const splits = parseShipped(read('microservices'))
    .processes.filter(({ port }) => port === undefined)
    .flatMap(({ modules }) => modules)
  const all = splits.reduce(
    (yaml, module) => relocateShipped({ modules: [module], toProcess: module, target: 'new' }, yaml).text,
    read('monolith'),
  )

  it('turns the monolith into microservices', () => {
    expect(meaningOf(parseShipped(all))).toEqual(meaningOf(parseShipped(read('microservices'))))
  })

  it('turns microservices into the monolith', () => {
    for (const [start, into] of [
      [all, 'shop'],
      [read('microservices'), 'storefront'],
    ] as const) {
      const back = splits.reduce(
        (yaml, module) =>
          relocateShipped({ modules: [module], toProcess: into, target: 'existing' }, yaml).text,
        start,
      )
      expect(meaningOf(parseShipped(back))).toEqual(meaningOf(parseShipped(read('monolith'))))
    }
  })

  it('gives the same as moving them together', () => {
    const apart = relocateShipped({ modules: splits, toProcess: 'rest' }, read('monolith'))
    expect(apart.topology.processes.map(({ modules }) => modules)).toEqual([['storefront'], splits])
    const oneByOne = splits.reduce(
      (yaml, module) => relocateShipped({ modules: [module], toProcess: 'rest' }, yaml).text,
      read('monolith'),
    )
    expect(meaningOf(parseShipped(oneByOne))).toEqual(meaningOf(apart.topology))
    const back = relocateShipped({ modules: splits, toProcess: 'shop' }, apart.text)
    expect(meaningOf(back.topology)).toEqual(meaningOf(parseShipped(read('monolith'))))
  })
})

describe('the port of a new process', () => {
  const portIn = (yaml: string, options: Partial<TopologyOptions> = {}) =>
    relocate({ modules: ['cart'], toProcess: 'cart' }, yaml, options).topology.processOf('cart').internalPort
  const shop = (keys: string) => `processes: { shop: { modules: [${names.join(', ')}]${keys} } }`

  test.each<[string, string, number, Partial<TopologyOptions>]>([
    ['is above the internal port of the shop', '', 4110, {}],
    ['is above the internal ports of all replicas', ', replicas: 25', 4130, {}],
    ['follows PANDO_PORT', '', 8190, { environment: { PANDO_PORT: '8080' } }],
    ['is 4110 when the shop uses any free port', '', 4110, { environment: { PANDO_PORT: '0' } }],
    ['skips a range that contains a public port', ', port: 4115, internalPort: 4100', 4120, {}],
    ['is a low port when no range is left above', ', port: 80, internalPort: 65530', 1030, {}],
  ])('%s', (_, keys, port, options) => {
    expect(portIn(shop(keys), options)).toBe(port)
  })
})

describe('the database of a new process', () => {
  const entryOf = (request: Partial<RequestedRelocation>, environment = {}) => {
    const { text: result, topology } = relocate({ modules: ['cart'], toProcess: 'cart', ...request }, text, {
      environment,
    })
    return [result.match(/database: (.*)\n(?=together)/)?.[1], databaseKey(topology.processOf('cart'))]
  }

  it('is written to the file only if it is not the default', () => {
    expect(entryOf({})).toEqual([undefined, 'name:pando_cart'])
    expect(entryOf({ database: { name: 'pando_cart' } })).toEqual([undefined, 'name:pando_cart'])
    expect(entryOf({ database: { name: 'post' } })).toEqual(['{ name: post }', 'name:post'])
    const main = { DATABASE_URL: 'postgres://h/main' }
    expect(entryOf({ database: { name: 'pando_cart' } }, main)).toEqual([
      '{ name: pando_cart }',
      'name:pando_cart',
    ])
    expect(entryOf({ database: { name: 'main_cart' } }, main)).toEqual([undefined, 'name:main_cart'])
  })

  it('is written as env:NAME, without the address that the variable holds', () => {
    const url = 'postgres://me:secret@db/carts'
    const { text: result, topology } = relocate({
      modules: ['cart'],
      toProcess: 'cart',
      database: { from: 'env:CARTS', url },
    })
    expect(result).toContain('database: { url: env:CARTS }')
    expect(result).not.toContain('secret')
    expect(databaseKey(topology.processOf('cart'))).toBe(`url:${url}`)
    expect(entryOf({ database: { from: url, url } })[1]).toBe(`url:${url}`)
  })

  it('may be the only difference to the old process', () => {
    const { topology, isSourceRemoved } = relocate({
      modules: ['notifications'],
      toProcess: 'letters',
      database: { name: 'letters' },
    })
    expect(isSourceRemoved).toBe(true)
    expect(databaseKey(topology.processOf('notifications'))).toBe('name:letters')
  })
})

describe('refuses with the reason and what to do', () => {
  const nameTaken =
    'there is already a process "sales": give the new one another name, or move into this one with "pando merge cart --into sales"'
  const cannotMoveService =
    '"money" is a service in another language (command) whose data Pando cannot move: move the data yourself, and change the topology file'

  test.each<[string, RequestedRelocation, string[]]>([
    ['nothing to move', { modules: [], toProcess: 'x' }, ['no module is given: name the modules to move']],
    [
      'a module that does not exist',
      { modules: ['carts'], toProcess: 'x' },
      [`"carts" is not a module. Did you mean "cart"? The modules are ${names.join(', ')}`],
    ],
    [
      'pages',
      { modules: ['storefront'], toProcess: 'x' },
      ['"storefront" serves pages and has no tables: it stays in the process with the public port'],
    ],
    [
      'modules of several processes',
      { modules: ['cart', 'notifications'], toProcess: 'x' },
      [
        'the modules are in several processes (cart in "shop", notifications in "mails"): move the modules of one process at a time',
      ],
    ],
    [
      'modules that are already in the target',
      { modules: ['cart', 'catalog'], toProcess: 'shop' },
      ['"cart" is already in "shop": leave it out', '"catalog" is already in "shop": leave it out'],
    ],
    [
      'a group under together that would be separated',
      { modules: ['orders'], toProcess: 'orders' },
      [
        'orders, inventory must share transactions (together), but would be in several processes (orders in "orders", inventory in "sales"): move all of them, or remove the group from the topology file',
      ],
    ],
    ['a service as the source', { modules: ['payments'], toProcess: 'shop' }, [cannotMoveService]],
    ['a service as the target', { modules: ['cart'], toProcess: 'money' }, [cannotMoveService]],
    [
      'a merge into an unknown process',
      { modules: ['cart'], toProcess: 'sale', target: 'existing' },
      ['there is no process "sale". Did you mean "sales"? The processes are shop, sales, mails, money'],
    ],
    [
      'a split into an existing process',
      { modules: ['cart'], toProcess: 'sales', target: 'new' },
      [nameTaken],
    ],
    [
      'an invalid name of a process',
      { modules: ['cart'], toProcess: 'My Cart' },
      [
        '"My Cart" cannot be the name of a process: begin with a-z, and use at most 31 characters of a-z, 0-9 and -',
      ],
    ],
    [
      'a database for an existing process',
      { modules: ['cart'], toProcess: 'mails', database: { name: 'x' } },
      ['"mails" already has a database (post), which its modules share: leave the database out'],
    ],
    [
      'an invalid name of a database',
      { modules: ['cart'], toProcess: 'x', database: { name: 'My-Data' } },
      [
        '"My-Data" cannot be the name of a database: begin with a-z or _, and use at most 63 characters of a-z, 0-9 and _',
      ],
    ],
    [
      'a variable that holds the address of another database system',
      { modules: ['cart'], toProcess: 'x', database: { from: 'env:CARTS', url: 'mysql://secret@h/d' } },
      ['CARTS must be of the form postgres://user:password@host:port/database'],
    ],
    [
      'a move that only changes the name of the process',
      { modules: ['notifications'], toProcess: 'letters' },
      [
        'notifications is the only module of "mails", so only the name of the process would change. Leave it as it is, or move it to another database',
      ],
    ],
    [
      'a move that only changes the name of the process, with its present database given',
      { modules: ['inventory', 'orders'], toProcess: 'x', database: { name: 'pando_sales' } },
      [
        'inventory, orders are all modules of "sales", so only the name of the process would change. Leave it as it is, or move them to another database',
      ],
    ],
  ])('%s', (_, request, problems) => {
    expect(problemsOf(request)).toEqual(problems)
  })

  it('reports all reasons at once', () => {
    const problems = problemsOf({
      modules: ['storefront', 'orders', 'payments', 'reviews'],
      toProcess: 'Sales!',
      database: { name: '' },
    })
    expect(problems.map((problem) => problem.split(/[ :]/).slice(0, 3).join(' '))).toEqual([
      '"reviews" is not',
      '"storefront" serves pages',
      'the modules are',
      '"money" is a',
      '"Sales!" cannot be',
      '"" cannot be',
      'orders, inventory must',
    ])
  })

  it('refuses an invalid file with a TopologyError', () => {
    expect(() => relocate({ modules: ['cart'], toProcess: 'x' }, 'processes: {}')).toThrow(TopologyError)
  })
})
