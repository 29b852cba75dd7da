import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parseTopology, TopologyError } from './check.ts'
import type { TopologyOptions } from './resolve.ts'

const known = ['site', 'goods', 'bills', 'mails'].map((name) => ({ name, pages: name === 'site' }))
const file = { name: 'mine', source: '/etc/mine.yaml' }

function mistakesOf(text: string, options: Partial<TopologyOptions> = {}): string[] {
  try {
    parseTopology(text, file, { known, environment: {}, ...options })
    return []
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ''))
  }
}

const good = `processes:
  shop: { modules: [site, goods, mails] }
  billing: { modules: [bills], port: 4110, replicas: 2 }
bus: nats
together: [site, goods]
`

/** The good file with one thing changed. */
const planted = (was: string, is: string) => {
  expect(good).toContain(was)
  return good.replace(was, is)
}

const shopIs = (entry: string) => planted('{ modules: [site, goods, mails] }', entry)
const billingIs = (entry: string) => planted('{ modules: [bills], port: 4110, replicas: 2 }', entry)

it('finds nothing in a good file', () => {
  expect(mistakesOf(good)).toEqual([])
})

describe('each mistake is told with its place and what to do', () => {
  test.each<[string, string, string[]]>([
    [
      'a module in no process',
      shopIs('{ modules: [site, goods] }'),
      ['line 1, processes: "mails" is in no process: put it into the modules of one'],
    ],
    [
      'several of these',
      shopIs('{ modules: [site] }').replace('together: [site, goods]\n', ''),
      ['line 1, processes: "goods", "mails" are in no process: put each into the modules of one'],
    ],
    [
      'a module in two processes',
      billingIs('{ modules: [bills, mails], port: 4110 }'),
      [
        'line 3, processes.billing.modules[1]: "mails" is in the process "shop" too: take it out of one place',
      ],
    ],
    [
      'a module twice in one',
      shopIs('{ modules: [site, goods, mails, mails] }'),
      ['line 2, processes.shop.modules[3]: "mails" is twice in this process: take it out of one place'],
    ],
    [
      'a module that is none',
      shopIs('{ modules: [site, goods, mails, godos] }'),
      [
        'line 2, processes.shop.modules[3]: "godos" is no module. Did you mean "goods"? There are site, goods, bills, mails',
      ],
    ],
    [
      'an empty process',
      planted('bus:', '  idle: { modules: [], port: 4120 }\nbus:'),
      ['line 4, processes.idle.modules: must be a list of at least one module, not []'],
    ],
    [
      'a process without anything',
      planted('bus:', '  idle:\nbus:'),
      ['line 4, processes.idle: must have modules: { modules: […] }'],
    ],
    [
      'a process without modules',
      planted('bus:', '  idle: { port: 4120 }\nbus:'),
      ['line 4, processes.idle.modules: is missing: it must be a list of at least one module'],
    ],
    [
      'no processes',
      'bus: nats',
      [
        'processes: is missing: it must be the processes by name, at least one: { shop: { modules: […] } }',
        'processes: "site", "goods", "bills", "mails" are in no process: put each into the modules of one',
      ],
    ],
    [
      'an empty file',
      '',
      [
        'must have processes',
        'processes: "site", "goods", "bills", "mails" are in no process: put each into the modules of one',
      ],
    ],
    [
      'a bad name of a process',
      planted('billing:', 'Billing_1:'),
      [
        'line 3, processes.Billing_1: "Billing_1" cannot be the name of a process: begin with a-z and use no more than 31 of a-z, 0-9 and -',
      ],
    ],
    [
      'an unknown key of a process',
      billingIs('{ modules: [bills], port: 4110, replicsa: 2 }'),
      [
        'line 3, processes.billing.replicsa: is not known here. Did you mean "replicas"? There are modules, port, internalPort, replicas, address, listen, database, command',
      ],
    ],
    [
      'an unknown key',
      `${good}\nnotes: x`,
      ['line 7, notes: is not known here. There are processes, bus, together'],
    ],
    [
      'an unknown key of a database',
      shopIs('{ modules: [site, goods, mails], database: { uri: x } }'),
      ['line 2, processes.shop.database.uri: is not known here. Did you mean "url"? There are url, name'],
    ],
    [
      'an unknown bus',
      planted('nats', 'nast'),
      ['line 4, bus: must be direct or nats, not "nast". Did you mean "nats"?'],
    ],
    [
      'a port that is none',
      billingIs('{ modules: [bills], port: 70000 }'),
      ['line 3, processes.billing.port: must be a whole number from 1 to 65535, not 70000'],
    ],
    [
      'a port that is none, beside one that is its default',
      shopIs('{ modules: [site, goods, mails], port: x, internalPort: 5000 }').replace('4110', '4000'),
      ['line 2, processes.shop.port: must be a whole number from 1 to 65535, not "x"'],
    ],
    [
      'a port in quotes',
      billingIs('{ modules: [bills], port: "4110" }'),
      ['line 3, processes.billing.port: must be a whole number from 1 to 65535, not "4110"'],
    ],
    [
      'no port',
      billingIs('{ modules: [bills] }'),
      [
        'line 3, processes.billing: port is missing: give the port for the other processes, such as port: 4110',
      ],
    ],
    [
      'an internal port where there are no pages',
      billingIs('{ modules: [bills], port: 4110, internalPort: 4111 }'),
      [
        'line 3, processes.billing.internalPort: is for the process with pages only: the port of this one is its internal port already',
      ],
    ],
    [
      'a port of two processes',
      shopIs('{ modules: [site, goods, mails], port: 4110 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the public port of "shop" is 4110: they collide, so choose another',
      ],
    ],
    [
      "a port in the range of another's replicas",
      shopIs('{ modules: [site, goods, mails], internalPort: 4109, replicas: 3 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port of "shop" is 4109 to 4111: they collide, so choose another',
      ],
    ],
    [
      'a port that is an internal one',
      shopIs('{ modules: [site, goods, mails], internalPort: 4111 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port of "shop" is 4111: they collide, so choose another',
      ],
    ],
    [
      'a port that is an internal one by default',
      shopIs('{ modules: [site, goods, mails], port: 4010 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port (port + 100) of "shop" is 4110: they collide, so choose another',
      ],
    ],
    [
      'replicas that take their own public port',
      shopIs('{ modules: [site, goods, mails], internalPort: 3999, replicas: 2 }'),
      [
        'line 2, processes.shop.internalPort: the internal port of "shop" is 3999 to 4000, and the public port of "shop" is 4000: they collide, so choose another',
      ],
    ],
    [
      'replicas beyond the last port',
      billingIs('{ modules: [bills], port: 65535, replicas: 2 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 65535 to 65536, beyond 65535: choose a lower one',
      ],
    ],
    [
      'too many replicas',
      billingIs('{ modules: [bills], port: 4110, replicas: 0 }'),
      ['line 3, processes.billing.replicas: must be a whole number from 1 to 100, not 0'],
    ],
    [
      'an address with a scheme',
      billingIs('{ modules: [bills], port: 4110, address: "http://billing" }'),
      [
        'line 3, processes.billing.address: must be a host name or an IP address, without scheme and port, not "http://billing"',
      ],
    ],
    [
      'a bad address to listen at',
      billingIs('{ modules: [bills], port: 4110, listen: "*" }'),
      [
        'line 3, processes.billing.listen: must be a host name or an IP address, without scheme and port, not "*"',
      ],
    ],
    [
      'a URL that is none',
      billingIs('{ modules: [bills], port: 4110, database: { url: somewhere } }'),
      [
        'line 3, processes.billing.database.url: must be postgres://user:password@host:port/database, or env:NAME to take it from a variable',
      ],
    ],
    [
      'a URL of another kind',
      billingIs('{ modules: [bills], port: 4110, database: { url: "mysql://host/bills" } }'),
      [
        'line 3, processes.billing.database.url: it must be of the form postgres://user:password@host:port/database',
      ],
    ],
    [
      'a database by URL and by name',
      billingIs('{ modules: [bills], port: 4110, database: { url: "env:BILLS", name: bills } }'),
      ['line 3, processes.billing.database: must be { name: … } or { url: … }, one of the two'],
    ],
    [
      'a database by nothing',
      billingIs('{ modules: [bills], port: 4110, database: {} }'),
      ['line 3, processes.billing.database: must be { name: … } or { url: … }, one of the two'],
    ],
    [
      'a bad name of a database',
      billingIs('{ modules: [bills], port: 4110, database: { name: "my bills" } }'),
      [
        'line 3, processes.billing.database.name: must begin with a-z or _ and have no more than 63 of a-z, 0-9 and _, not "my bills"',
      ],
    ],
    [
      'a command for several modules',
      shopIs('{ modules: [site, goods] }')
        .replace('[bills]', '[bills, mails], command: [python3, bills.py]')
        .replace('together: [site, goods]', ''),
      [
        'line 3, processes.billing.command: a command stands for one module, not for bills, mails: give each a process',
      ],
    ],
    [
      'a command that is a text',
      billingIs('{ modules: [bills], port: 4110, command: python3 bills.py }'),
      ['line 3, processes.billing.command: must be a list of texts: the program and its arguments'],
    ],
    [
      'a command for pages',
      `processes:\n  shop: { modules: [site], command: [php] }\n  rest: { modules: [goods, bills, mails], port: 4110 }`,
      [
        'line 2, processes.shop.command: "site" serves pages, which a service in another language cannot: remove command',
      ],
    ],
    [
      'modules that must be together and are not',
      planted('[site, goods]', '[[site, goods], [goods, bills]]'),
      [
        'line 5, together[1]: goods, bills must share transactions, so they must be in one process; here are goods in "shop", bills in "billing": move them into one, or take them out of together',
      ],
    ],
    [
      'modules that must be together, in one database and yet in two processes',
      planted('[site, goods]', '[goods, bills]').replace('replicas: 2', 'database: { name: pando }'),
      [
        'line 5, together: goods, bills must share transactions, so they must be in one process; here are goods in "shop", bills in "billing": move them into one, or take them out of together',
      ],
    ],
    [
      'an unknown module that must be together',
      planted('[site, goods]', '[site, good]'),
      ['line 5, together: "good" is no module. Did you mean "goods"? There are site, goods, bills, mails'],
    ],
    [
      'a together of numbers',
      planted('[site, goods]', '[1]'),
      ['line 5, together: must be a list of modules, or a list of such lists, not [1]'],
    ],
    [
      'a process twice',
      planted('bus:', '  shop: { modules: [mails] }\nbus:'),
      ['line 4: this key is there already: remove one of the two'],
    ],
    [
      'no YAML',
      'processes: { shop: [',
      [
        'line 1: no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'line 1: no YAML: Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
  ])('%s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes)
  })
})

it('refuses pages in two processes', () => {
  const two = [...known, { name: 'desk', pages: true }]
  const text = good.replace('[bills]', '[bills, desk]')
  expect(mistakesOf(text, { known: two })).toEqual([
    'line 3, processes.billing.modules: modules with pages must be in one process, the one with the public port; here are site in "shop", desk in "billing": move them into one',
  ])
})

it('lets the replicas of one process share its public port', () => {
  expect(mistakesOf(shopIs('{ modules: [site, goods, mails], internalPort: 4001, replicas: 3 }'))).toEqual([])
})

describe('a database from a variable', () => {
  const text = billingIs('{ modules: [bills], port: 4110, database: { url: "env:BILLS_URL" } }')

  it('must be set where the process is started, and nowhere else', () => {
    const unset = [
      'line 3, processes.billing.database.url: BILLS_URL is not set: set it to the address of the database of "billing"',
    ]
    expect(mistakesOf(text, { starting: 'all' })).toEqual(unset)
    expect(mistakesOf(text, { starting: ['billing'] })).toEqual(unset)
    expect(mistakesOf(text, { starting: ['shop'] })).toEqual([])
    expect(mistakesOf(text)).toEqual([])
  })

  it('must be a URL, which is not shown', () => {
    const environment = { BILLS_URL: 'secret@host' }
    expect(mistakesOf(text, { starting: 'all', environment })).toEqual([
      'line 3, processes.billing.database.url: BILLS_URL is wrong: it must be of the form postgres://user:password@host:port/database',
    ])
    expect(
      mistakesOf(text, { starting: 'all', environment: { BILLS_URL: 'postgres://host/bills' } }),
    ).toEqual([])
  })

  it('may be of any kind for a service in another language', () => {
    const foreign = text.replace('port: 4110', 'port: 4110, command: [python3]')
    const environment = { BILLS_URL: 'sqlite:bills.db' }
    expect(mistakesOf(foreign, { starting: 'all', environment })).toEqual([])
  })
})

it('refuses to start a process that is not there', () => {
  expect(mistakesOf(good, { starting: ['biling'] })).toEqual([
    'line 1, processes: there is no process "biling" to start. Did you mean "billing"? There are shop, billing',
  ])
})

it('lets machines of different names use the same port, and addresses of this machine when each is bound alone', () => {
  const on = (shop: string, billing: string) =>
    mistakesOf(
      `processes:\n  shop: { modules: [site, goods, mails], ${shop}, port: 80, internalPort: 4110 }\n  billing: { modules: [bills], ${billing}, port: 4110 }`,
    ).length
  expect(on('address: shop', 'address: billing')).toBe(0)
  expect(on('address: 127.0.0.1', 'address: 127.0.0.2')).toBe(0)
  expect(on('address: shop', 'address: shop')).toBe(1)
  expect(on('address: 127.0.0.1', 'address: localhost')).toBe(1)
  expect(on('address: 127.0.0.1', 'address: 127.0.0.2, listen: 0.0.0.0')).toBe(1)
})

it('tells every mistake at once, in the order of the lines', () => {
  const text = `processes:
  shop: { modules: [site, good], port: 0 }
  Billing: { modules: [bills], replicas: none }
buss: nats`
  expect(mistakesOf(text).map((mistake) => mistake.slice(0, mistake.indexOf(':')))).toEqual([
    'line 1, processes',
    'line 2, processes.shop.port',
    'line 2, processes.shop.modules[1]',
    'line 3, processes.Billing.replicas',
    'line 3, processes.Billing',
    'line 3, processes.Billing',
    'line 4, buss',
  ])
})

it('answers a topology or mistakes for whatever is in a file', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.json(),
    fc.json().map((value) => `processes: ${value}`),
    fc.json().map((value) => `processes: { shop: ${value} }`),
    fc.json().map((value) => `${good.replace('bus: nats', '')}bus: ${value}`),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(Array.isArray(mistakesOf(text))).toBe(true)
    }),
    { numRuns: 500 },
  )
})
