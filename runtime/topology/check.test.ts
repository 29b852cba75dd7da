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

const valid = `processes:
  shop: { modules: [site, goods, mails] }
  billing: { modules: [bills], port: 4110, replicas: 2 }
bus: nats
together: [site, goods]
`

/** The valid file with one part replaced. */
const replaced = (old: string, replacement: string) => {
  expect(valid).toContain(old)
  return valid.replace(old, replacement)
}

const withShop = (entry: string) => replaced('{ modules: [site, goods, mails] }', entry)
const withBilling = (entry: string) => replaced('{ modules: [bills], port: 4110, replicas: 2 }', entry)

it('finds no mistake in a valid file', () => {
  expect(mistakesOf(valid)).toEqual([])
})

describe('reports each mistake with its line and path, and what to do', () => {
  test.each<[string, string, string[]]>([
    [
      'a module in no process',
      withShop('{ modules: [site, goods] }'),
      ['line 1, processes: "mails" is in no process: add it to the modules of a process'],
    ],
    [
      'several modules in no process',
      withShop('{ modules: [site] }').replace('together: [site, goods]\n', ''),
      ['line 1, processes: "goods", "mails" are in no process: add each to the modules of a process'],
    ],
    [
      'a module in two processes',
      withBilling('{ modules: [bills, mails], port: 4110 }'),
      ['line 3, processes.billing.modules[1]: "mails" is also in the process "shop": remove one of the two'],
    ],
    [
      'a module twice in one process',
      withShop('{ modules: [site, goods, mails, mails] }'),
      ['line 2, processes.shop.modules[3]: "mails" is listed twice in this process: remove one of the two'],
    ],
    [
      'an unknown module',
      withShop('{ modules: [site, goods, mails, godos] }'),
      [
        'line 2, processes.shop.modules[3]: "godos" is not a module. Did you mean "goods"? The modules are site, goods, bills, mails',
      ],
    ],
    [
      'an empty process',
      replaced('bus:', '  idle: { modules: [], port: 4120 }\nbus:'),
      ['line 4, processes.idle.modules: must be a list of at least one module, or all, not []'],
    ],
    [
      'all modules in two processes',
      withShop('{ modules: all }').replace('[bills]', 'all'),
      [
        'line 3, processes.billing.modules: is all, which only one process can have, and "shop" has it too: list the modules of one of the two processes',
      ],
    ],
    [
      'all modules in a process when the others list every module',
      replaced('bus:', '  rest: { modules: all, port: 4120 }\nbus:'),
      [
        'line 4, processes.rest.modules: is all, but no module is left, because the other processes list every module: remove this process',
      ],
    ],
    [
      'a process without an entry',
      replaced('bus:', '  idle:\nbus:'),
      ['line 4, processes.idle: must have modules: { modules: […] }'],
    ],
    [
      'a process without modules',
      replaced('bus:', '  idle: { port: 4120 }\nbus:'),
      ['line 4, processes.idle.modules: is missing: it must be a list of at least one module, or all'],
    ],
    [
      'no processes',
      'bus: nats',
      [
        'processes: is missing: it must map names to processes, at least one: { shop: { modules: […] } }',
        'processes: "site", "goods", "bills", "mails" are in no process: add each to the modules of a process',
      ],
    ],
    [
      'an empty file',
      '',
      [
        'must have processes',
        'processes: "site", "goods", "bills", "mails" are in no process: add each to the modules of a process',
      ],
    ],
    [
      'an invalid name of a process',
      replaced('billing:', 'Billing_1:'),
      [
        'line 3, processes.Billing_1: "Billing_1" cannot be the name of a process: begin with a-z, and use at most 31 characters of a-z, 0-9 and -',
      ],
    ],
    [
      'an unknown key of a process',
      withBilling('{ modules: [bills], port: 4110, replicsa: 2 }'),
      [
        'line 3, processes.billing.replicsa: is not a known key here. Did you mean "replicas"? The keys are modules, port, internalPort, replicas, address, listen, database, command',
      ],
    ],
    [
      'an unknown key',
      `${valid}\nnotes: x`,
      ['line 7, notes: is not a known key here. The keys are processes, bus, together'],
    ],
    [
      'an unknown key of a database',
      withShop('{ modules: [site, goods, mails], database: { uri: x } }'),
      [
        'line 2, processes.shop.database.uri: is not a known key here. Did you mean "url"? The keys are url, name',
      ],
    ],
    [
      'an unknown bus',
      replaced('nats', 'nast'),
      ['line 4, bus: must be direct or nats, not "nast". Did you mean "nats"?'],
    ],
    [
      'a port above the highest',
      withBilling('{ modules: [bills], port: 70000 }'),
      ['line 3, processes.billing.port: must be a whole number from 1 to 65535, not 70000'],
    ],
    [
      'an invalid public port, while another process uses the default public port',
      withShop('{ modules: [site, goods, mails], port: x, internalPort: 5000 }').replace('4110', '4000'),
      ['line 2, processes.shop.port: must be a whole number from 1 to 65535, not "x"'],
    ],
    [
      'a port in quotes',
      withBilling('{ modules: [bills], port: "4110" }'),
      ['line 3, processes.billing.port: must be a whole number from 1 to 65535, not "4110"'],
    ],
    [
      'no port',
      withBilling('{ modules: [bills] }'),
      [
        'line 3, processes.billing: port is missing: add the port on which other processes call this one, such as port: 4110',
      ],
    ],
    [
      'no port in two processes, while another uses 4110',
      `processes:\n  shop: { modules: [site] }\n  goods: { modules: [goods], port: 4110 }\n  bills: { modules: [bills] }\n  mails: { modules: [mails] }`,
      [
        'line 4, processes.bills: port is missing: add the port on which other processes call this one, such as port: 4120',
        'line 5, processes.mails: port is missing: add the port on which other processes call this one, such as port: 4130',
      ],
    ],
    [
      'an internal port of a process without pages',
      withBilling('{ modules: [bills], port: 4110, internalPort: 4111 }'),
      [
        'line 3, processes.billing.internalPort: is only for the process with pages. Remove it: the port of this process is its internal port',
      ],
    ],
    [
      'a port that two processes use',
      withShop('{ modules: [site, goods, mails], port: 4110 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the public port of "shop" is 4110: they collide, so choose another port for one of them',
      ],
    ],
    [
      'a port in the range of the replicas of another process',
      withShop('{ modules: [site, goods, mails], internalPort: 4109, replicas: 3 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port of "shop" is 4109 to 4111: they collide, so choose another port for one of them',
      ],
    ],
    [
      'the port of one process as the internal port of another',
      withShop('{ modules: [site, goods, mails], internalPort: 4111 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port of "shop" is 4111: they collide, so choose another port for one of them',
      ],
    ],
    [
      'the port of one process as the default internal port of another',
      withShop('{ modules: [site, goods, mails], port: 4010 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 4110 to 4111, and the internal port (port + 100) of "shop" is 4110: they collide, so choose another port for one of them',
      ],
    ],
    [
      'internal ports of replicas that include the public port',
      withShop('{ modules: [site, goods, mails], internalPort: 3999, replicas: 2 }'),
      [
        'line 2, processes.shop.internalPort: the internal port of "shop" is 3999 to 4000, and the public port of "shop" is 4000: they collide, so choose another port for one of them',
      ],
    ],
    [
      'replicas beyond the last port',
      withBilling('{ modules: [bills], port: 65535, replicas: 2 }'),
      [
        'line 3, processes.billing.port: the port of "billing" is 65535 to 65536, above the highest port 65535: choose a lower one',
      ],
    ],
    [
      'no replicas',
      withBilling('{ modules: [bills], port: 4110, replicas: 0 }'),
      ['line 3, processes.billing.replicas: must be a whole number from 1 to 100, not 0'],
    ],
    [
      'an address with a scheme',
      withBilling('{ modules: [bills], port: 4110, address: "http://billing" }'),
      [
        'line 3, processes.billing.address: must be a host name or an IP address, without scheme and port, not "http://billing"',
      ],
    ],
    [
      'an invalid address to listen on',
      withBilling('{ modules: [bills], port: 4110, listen: "*" }'),
      [
        'line 3, processes.billing.listen: must be a host name or an IP address, without scheme and port, not "*"',
      ],
    ],
    [
      'an invalid URL',
      withBilling('{ modules: [bills], port: 4110, database: { url: somewhere } }'),
      [
        'line 3, processes.billing.database.url: must be postgres://user:password@host:port/database, or env:NAME to take it from a variable',
      ],
    ],
    [
      'a URL of another database system',
      withBilling('{ modules: [bills], port: 4110, database: { url: "mysql://host/bills" } }'),
      [
        'line 3, processes.billing.database.url: must be of the form postgres://user:password@host:port/database',
      ],
    ],
    [
      'a database by URL and by name',
      withBilling('{ modules: [bills], port: 4110, database: { url: "env:BILLS", name: bills } }'),
      ['line 3, processes.billing.database: must be { name: … } or { url: … }, one of the two'],
    ],
    [
      'a database without name and URL',
      withBilling('{ modules: [bills], port: 4110, database: {} }'),
      ['line 3, processes.billing.database: must be { name: … } or { url: … }, one of the two'],
    ],
    [
      'an invalid name of a database',
      withBilling('{ modules: [bills], port: 4110, database: { name: "my bills" } }'),
      [
        'line 3, processes.billing.database.name: must begin with a-z or _, and have at most 63 characters of a-z, 0-9 and _, not "my bills"',
      ],
    ],
    [
      'a command for several modules',
      withShop('{ modules: [site, goods] }')
        .replace('[bills]', '[bills, mails], command: [python3, bills.py]')
        .replace('together: [site, goods]', ''),
      [
        'line 3, processes.billing.command: a command replaces one module, not several (bills, mails): give each its own process',
      ],
    ],
    [
      'a command that is a string',
      withBilling('{ modules: [bills], port: 4110, command: python3 bills.py }'),
      ['line 3, processes.billing.command: must be a list of strings: the program and its arguments'],
    ],
    [
      'a command for a module with pages',
      `processes:\n  shop: { modules: [site], command: [php] }\n  rest: { modules: [goods, bills, mails], port: 4110 }`,
      [
        'line 2, processes.shop.command: "site" serves pages, which a service in another language cannot do: remove command',
      ],
    ],
    [
      'a group under together in two processes',
      replaced('[site, goods]', '[[site, goods], [goods, bills]]'),
      [
        'line 5, together[1]: goods, bills must share transactions, so they must be in one process, but they are in several (goods in "shop", bills in "billing"): move them into one process, or remove the group from together',
      ],
    ],
    [
      'a group under together in two processes that share a database',
      replaced('[site, goods]', '[goods, bills]').replace('replicas: 2', 'database: { name: pando }'),
      [
        'line 5, together: goods, bills must share transactions, so they must be in one process, but they are in several (goods in "shop", bills in "billing"): move them into one process, or remove the group from together',
      ],
    ],
    [
      'an unknown module under together',
      replaced('[site, goods]', '[site, good]'),
      [
        'line 5, together: "good" is not a module. Did you mean "goods"? The modules are site, goods, bills, mails',
      ],
    ],
    [
      'numbers under together',
      replaced('[site, goods]', '[1]'),
      ['line 5, together: must be a list of modules, or a list of such lists, not [1]'],
    ],
    [
      'a process twice',
      replaced('bus:', '  shop: { modules: [mails] }\nbus:'),
      ['line 4: this key is a duplicate: remove one of the two'],
    ],
    [
      'invalid YAML',
      'processes: { shop: [',
      [
        'line 1: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'line 1: not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
      ],
    ],
  ])('%s', (_name, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes)
  })
})

it('refuses pages in two processes', () => {
  const two = [...known, { name: 'desk', pages: true }]
  const text = valid.replace('[bills]', '[bills, desk]')
  expect(mistakesOf(text, { known: two })).toEqual([
    'line 3, processes.billing.modules: modules with pages must be in one process, the one with the public port, but they are in several (site in "shop", desk in "billing"): move them into one process',
  ])
})

it('lets the replicas of one process share its public port', () => {
  expect(mistakesOf(withShop('{ modules: [site, goods, mails], internalPort: 4001, replicas: 3 }'))).toEqual(
    [],
  )
})

describe('the variable of a database', () => {
  const text = withBilling('{ modules: [bills], port: 4110, database: { url: "env:BILLS_URL" } }')

  it('must be set only if the process is started here', () => {
    const unset = [
      'line 3, processes.billing.database.url: BILLS_URL is not set: set it to the address of the database of "billing"',
    ]
    expect(mistakesOf(text, { starting: 'all' })).toEqual(unset)
    expect(mistakesOf(text, { starting: ['billing'] })).toEqual(unset)
    expect(mistakesOf(text, { starting: ['shop'] })).toEqual([])
    expect(mistakesOf(text)).toEqual([])
  })

  it('must hold a URL of PostgreSQL, and the message does not show its value', () => {
    const environment = { BILLS_URL: 'secret@host' }
    expect(mistakesOf(text, { starting: 'all', environment })).toEqual([
      'line 3, processes.billing.database.url: BILLS_URL is wrong: it must be of the form postgres://user:password@host:port/database',
    ])
    expect(
      mistakesOf(text, { starting: 'all', environment: { BILLS_URL: 'postgres://host/bills' } }),
    ).toEqual([])
  })

  it('may hold any URL for a service in another language', () => {
    const foreign = text.replace('port: 4110', 'port: 4110, command: [python3]')
    const environment = { BILLS_URL: 'sqlite:bills.db' }
    expect(mistakesOf(foreign, { starting: 'all', environment })).toEqual([])
  })
})

it('refuses to start an unknown process', () => {
  expect(mistakesOf(valid, { starting: ['biling'] })).toEqual([
    'line 1, processes: there is no process "biling" to start. Did you mean "billing"? The processes are shop, billing',
  ])
})

it('allows the same port at different host names, and at different loopback addresses', () => {
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

it('reports every mistake at once, in the order of the lines', () => {
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

it('returns a topology or reports mistakes for any text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.json(),
    fc.json().map((value) => `processes: ${value}`),
    fc.json().map((value) => `processes: { shop: ${value} }`),
    fc.json().map((value) => `${valid.replace('bus: nats', '')}bus: ${value}`),
  )
  fc.assert(
    fc.property(texts, (text) => {
      expect(Array.isArray(mistakesOf(text))).toBe(true)
    }),
    { numRuns: 500 },
  )
})
