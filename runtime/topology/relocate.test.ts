import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parseTopology, TopologyError } from './check.ts'
import { RelocationRefused, type TopologyChange } from './check-relocation.ts'
import { relocateModules } from './relocate.ts'
import type { TopologyOptions } from './resolve.ts'
import { databaseKey, TOPOLOGIES_DIRECTORY, type Topology } from './topology.ts'

const shipped = [
  'storefront',
  'catalog',
  'inventory',
  'accounts',
  'cart',
  'orders',
  'payments',
  'notifications',
]
const known = shipped.map((name) => ({ name, pages: name === 'storefront' }))
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

function relocate(change: TopologyChange, of = text, options: Partial<TopologyOptions> = {}) {
  return relocateModules(of, change, { before: file, after: file }, { known, environment: {}, ...options })
}

function problemsOf(change: TopologyChange, of = text): readonly string[] {
  try {
    relocate(change, of)
    return []
  } catch (error) {
    if (!(error instanceof RelocationRefused)) throw error
    for (const problem of error.problems) expect(error.message).toContain(`\n  - ${problem}`)
    return error.problems
  }
}

const read = (name: string) => readFileSync(join(TOPOLOGIES_DIRECTORY, `${name}.yaml`), 'utf8')
const parse = (yaml: string): Topology => parseTopology(yaml, file, { known, environment: {} })

/** What runs with what, where its data are and at which port. */
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

describe('what becomes of the text', () => {
  it('is a new process with the modules, and all comments but for what they cannot know', () => {
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

  it('is a process less when it has no modules left, and one line on top however often', () => {
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

  it('keeps the path to the schema right for the new place', () => {
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

  it('is right where a file uses an alias', () => {
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

  it('takes a file in JSON', () => {
    const json = JSON.stringify({ processes: { shop: { modules: shipped } } })
    expect(relocate({ modules: ['cart'], toProcess: 'cart' }, json).topology.processOf('cart').name).toBe(
      'cart',
    )
  })
})

describe('the full circle', () => {
  const splits = shipped.slice(1)
  const all = splits.reduce(
    (yaml, module) => relocate({ modules: [module], toProcess: module, target: 'new' }, yaml).text,
    read('monolith'),
  )

  it('from the monolith ends in what microservices means', () => {
    expect(meaningOf(parse(all))).toEqual(meaningOf(parse(read('microservices'))))
  })

  it('back ends in what the monolith means', () => {
    for (const [start, into] of [
      [all, 'shop'],
      [read('microservices'), 'storefront'],
    ] as const) {
      const back = splits.reduce(
        (yaml, module) => relocate({ modules: [module], toProcess: into, target: 'existing' }, yaml).text,
        start,
      )
      expect(meaningOf(parse(back))).toEqual(meaningOf(parse(read('monolith'))))
    }
  })

  it('is the same at once', () => {
    const apart = relocate({ modules: splits, toProcess: 'rest' }, read('monolith'))
    expect(apart.topology.processes.map(({ modules }) => modules)).toEqual([['storefront'], splits])
    const back = relocate({ modules: splits, toProcess: 'shop' }, apart.text)
    expect(meaningOf(back.topology)).toEqual(meaningOf(parse(read('monolith'))))
  })
})

describe('the port of a new process', () => {
  const portIn = (yaml: string, options: Partial<TopologyOptions> = {}) =>
    relocate({ modules: ['cart'], toProcess: 'cart' }, yaml, options).topology.processOf('cart').internalPort
  const shop = (more: string) => `processes: { shop: { modules: [${shipped.join(', ')}]${more} } }`

  test.each<[string, string, number, Partial<TopologyOptions>]>([
    ['is above the internal one', '', 4110, {}],
    ['is above those of all replicas', ', replicas: 25', 4130, {}],
    ['follows PANDO_PORT', '', 8190, { environment: { PANDO_PORT: '8080' } }],
    ['begins where others do when the shop takes free ones', '', 4110, { environment: { PANDO_PORT: '0' } }],
    ['leaves out the public one and its room', ', port: 4115, internalPort: 4100', 4120, {}],
    ['is below where there is no room above', ', port: 80, internalPort: 65530', 1030, {}],
  ])('%s', (_, more, port, options) => {
    expect(portIn(shop(more), options)).toBe(port)
  })
})

describe('the database of a new process', () => {
  const entryOf = (change: Partial<TopologyChange>, environment = {}) => {
    const { text: result, topology } = relocate({ modules: ['cart'], toProcess: 'cart', ...change }, text, {
      environment,
    })
    return [result.match(/database: (.*)\n(?=together)/)?.[1], databaseKey(topology.processOf('cart'))]
  }

  it('is written unless it is the default', () => {
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

  it('is written as a variable when it comes from one, whose value is the asker’s', () => {
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

  it('may be all that changes', () => {
    const { topology, isSourceRemoved } = relocate({
      modules: ['notifications'],
      toProcess: 'letters',
      database: { name: 'letters' },
    })
    expect(isSourceRemoved).toBe(true)
    expect(databaseKey(topology.processOf('notifications'))).toBe('name:letters')
  })
})

describe('what is in the way is told with what to do', () => {
  const already =
    'there is a process "sales" already: give the new one another name, or move into this one with "pando merge cart --into sales"'
  const ownWay =
    '"money" is a service of its own (command) that keeps its data in its own way: move its data yourself, and change the topology file'

  test.each<[string, TopologyChange, string[]]>([
    ['nothing to move', { modules: [], toProcess: 'x' }, ['no module is named: name those to move']],
    [
      'a module that does not exist',
      { modules: ['carts'], toProcess: 'x' },
      [`"carts" is no module. Did you mean "cart"? There are ${shipped.join(', ')}`],
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
        'the modules are in several processes (cart in "shop", notifications in "mails"): move those of one process at a time',
      ],
    ],
    [
      'a module that is there',
      { modules: ['cart', 'catalog'], toProcess: 'shop' },
      ['"cart" is in "shop" already: leave it out', '"catalog" is in "shop" already: leave it out'],
    ],
    [
      'a torn group',
      { modules: ['orders'], toProcess: 'orders' },
      [
        'orders, inventory must share transactions (together), and would be orders in "orders", inventory in "sales": move all of them, or take the group out of the topology file',
      ],
    ],
    ['a service as the source', { modules: ['payments'], toProcess: 'shop' }, [ownWay]],
    ['a service as the target', { modules: ['cart'], toProcess: 'money' }, [ownWay]],
    [
      'a merge into nothing',
      { modules: ['cart'], toProcess: 'sale', target: 'existing' },
      ['there is no process "sale". Did you mean "sales"? There are shop, sales, mails, money'],
    ],
    ['a split into what is there', { modules: ['cart'], toProcess: 'sales', target: 'new' }, [already]],
    [
      'a name that is none',
      { modules: ['cart'], toProcess: 'My Cart' },
      ['"My Cart" cannot be the name of a process: begin with a-z and use no more than 31 of a-z, 0-9 and -'],
    ],
    [
      'a database for a process that has one',
      { modules: ['cart'], toProcess: 'mails', database: { name: 'x' } },
      ['"mails" has a database already (post), which its modules share: leave the database out'],
    ],
    [
      'a name that is none of a database',
      { modules: ['cart'], toProcess: 'x', database: { name: 'My-Data' } },
      [
        '"My-Data" cannot be the name of a database: begin with a-z or _ and use no more than 63 of a-z, 0-9 and _',
      ],
    ],
    [
      'a variable with something else in it',
      { modules: ['cart'], toProcess: 'x', database: { from: 'env:CARTS', url: 'mysql://secret@h/d' } },
      ['CARTS must be of the form postgres://user:password@host:port/database'],
    ],
    [
      'a mere change of the name',
      { modules: ['notifications'], toProcess: 'letters' },
      [
        'notifications is all of "mails", and would keep a process of its own: nothing but a name would change. Leave it as it is, or move it to another database',
      ],
    ],
    [
      'the same with the database that it has',
      { modules: ['inventory', 'orders'], toProcess: 'x', database: { name: 'pando_sales' } },
      [
        'inventory, orders are all of "sales", and would keep a process of their own: nothing but a name would change. Leave it as it is, or move them to another database',
      ],
    ],
  ])('%s', (_, change, problems) => {
    expect(problemsOf(change)).toEqual(problems)
  })

  it('all at once', () => {
    const problems = problemsOf({
      modules: ['storefront', 'orders', 'payments', 'reviews'],
      toProcess: 'Sales!',
      database: { name: '' },
    })
    expect(problems.map((problem) => problem.split(/[ :]/).slice(0, 3).join(' '))).toEqual([
      '"reviews" is no',
      '"storefront" serves pages',
      'the modules are',
      '"money" is a',
      '"Sales!" cannot be',
      '"" cannot be',
      'orders, inventory must',
    ])
  })

  it('an older file that is wrong is told as such', () => {
    expect(() => relocate({ modules: ['cart'], toProcess: 'x' }, 'processes: {}')).toThrow(TopologyError)
  })
})
