import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { allSettings, misspeltSettings, readConfig } from './config.ts'
import { loadHosted, loadModules } from './modules.ts'

it('has defaults for all settings', () => {
  expect(readConfig({}, [])).toEqual({
    port: 4000,
    host: '127.0.0.1',
    dataDirectory: resolve('.pando'),
    databaseUrl: undefined,
    secret: undefined,
    publicUrl: 'http://localhost:4000',
    logLevel: 'info',
    rateLimits: true,
    databaseConnections: 21,
    trustProxy: false,
    natsUrl: 'nats://127.0.0.1:4222',
    natsCredentials: undefined,
  })
})

it.each([
  ['nats://one:4222, tls://user:secret@two', true],
  ['http://one:4222', false],
  ['nats://one,', false],
])('accepts in NATS_URL only addresses of NATS servers: %s', (value, isValid) => {
  const read = () => readConfig({ NATS_URL: value }, [])
  if (isValid) expect(read().natsUrl).toBe(value)
  else expect(read).toThrow('NATS_URL is not of the form nats://user:password@host:port')
})

it('refuses PANDO_TRUST_PROXY without a number or networks', () => {
  expect(() => readConfig({ PANDO_TRUST_PROXY: 'on' }, [])).toThrow(
    'PANDO_TRUST_PROXY "on" does not say which proxies to trust, and a client could invent addresses: give the number of proxies in front, such as 1, or their networks',
  )
  expect(readConfig({ PANDO_TRUST_PROXY: '2' }, []).trustProxy).toBe(2)
})

it('treats an empty value as unset', () => {
  expect(readConfig({ PANDO_PORT: '', PANDO_PUBLIC_URL: '' }, []).publicUrl).toBe('http://localhost:4000')
})

it('reports all mistakes at once, each with its name and what to do', () => {
  const read = () =>
    readConfig(
      {
        PANDO_PORT: '70000',
        PANDO_LOG: 'loud',
        PANDO_PUBLIC_URL: 'https://example.com/shop',
        DATABASE_URL: 'mysql://root@db/x',
        PANDO_SECRET: 'short and secret',
        PANDO_RATE_LIMITS: 'maybe',
      },
      [],
    )
  expect(read).toThrow(/some settings are invalid/)
  for (const name of ['PORT', 'LOG', 'PUBLIC_URL', 'SECRET', 'RATE_LIMITS'])
    expect(read).toThrow(`PANDO_${name}`)
  expect(read).toThrow('DATABASE_URL is not of the form postgres://')
  expect(read).toThrow('"loud" is not one of debug, info, warn, error, silent')
})

it('never shows the value of a secret', () => {
  const read = () => readConfig({ PANDO_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db/x' }, [])
  expect(read).toThrow('PANDO_SECRET')
  expect(read).not.toThrow('hunter2')
})

it('removes the slash at the end of the public address', () => {
  expect(readConfig({ PANDO_PUBLIC_URL: 'https://example.com/' }, []).publicUrl).toBe('https://example.com')
})

it('checks the settings of modules', () => {
  const module = { settings: { CUP_SIZE: { summary: 'Size', check: () => 'is not a size' } } }
  expect(() => readConfig({ CUP_SIZE: 'x' }, [module as never])).toThrow('CUP_SIZE "x" is not a size')
})

it('warns about misspelt settings, but not about other variables', () => {
  const environment = { PANDO_POTR: '80', PANDO_PORT: '80', PANDO_TEST_SEEDS: '1', PANDA_PORT: '1' }
  expect(misspeltSettings(environment, [])).toEqual([
    'PANDO_POTR is not a setting and has no effect. Did you mean PANDO_PORT?',
  ])
})

it('checks a shared setting in the same way for each module, and refuses different declarations', async () => {
  const definitions = await loadHosted(['storefront', 'payments', 'notifications'])
  for (const hosted of [definitions, definitions.filter(({ contract }) => contract.name === 'storefront')]) {
    expect(() => readConfig({ PANDO_TEST_PAYMENTS: 'false' }, hosted)).toThrow(
      'PANDO_TEST_PAYMENTS "false" is not one of on, off',
    )
    expect(() => readConfig({ SMTP_URL: 'foo' }, hosted)).toThrow('SMTP_URL must be like smtp://')
  }
  const other = { ...definitions[0]!, settings: { SMTP_URL: { summary: 'Mail server' } } }
  expect(() => readConfig({}, [...definitions, other])).toThrow(
    'Cannot read SMTP_URL: storefront and another module declare it differently',
  )
})

it('shows an invalid value once, and never a secret one', async () => {
  const modules = await loadModules()
  const values = ['XXQ', '!', '<', 'no-such-thing:1', 'x'.repeat(300)]
  const checked = Object.entries(allSettings(modules)).filter(([, { check }]) => check)
  expect(checked.length).toBeGreaterThan(10)
  // These are lists: their messages name the invalid part.
  const lists = ['PANDO_TRUST_PROXY', 'PANDO_FAULTS']
  for (const [name, { check, secret }] of checked.filter(([name]) => !lists.includes(name))) {
    const wrong = values.find((value) => check!(value, {}))
    expect(wrong, name).toBeDefined()
    const message = messageOf(() => readConfig({ [name]: wrong }, modules))
    expect.soft(message.split(`"${wrong}"`).length - 1, message).toBe(secret ? 0 : 1)
  }
})

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

it('requires a server or the folder of its socket in DATABASE_URL', () => {
  const read = (DATABASE_URL: string) => () => readConfig({ DATABASE_URL }, [])
  expect(read('postgres://')).toThrow('DATABASE_URL is not of the form')
  expect(read('postgres:///shop')).toThrow('DATABASE_URL is not of the form')
  expect(read('postgres:///shop?host=/run/postgresql')).not.toThrow()
  expect(read('postgres://127.0.0.1/shop')).not.toThrow()
})
