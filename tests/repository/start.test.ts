import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startProblems } from '../../scripts/start/problems.ts'

const runtime = (path: string) => new URL(`../../runtime/${path}`, import.meta.url).href
const api = `
  import { contract, query } from '${runtime('contract/contract.ts')}'
  import { defineModule } from '${runtime('module/define.ts')}'
  const output = { type: 'object', properties: {} }
  const get = (path, properties = {}) => query({ summary: 'Reads', input: { ...output, properties }, output, access: 'public', rest: { method: 'GET', path } })`
const contractOf = (name: string, parts: string) =>
  `${api}\nexport const ${name} = contract('${name}', { version: '1.0.0', summary: 'Does things', ${parts} })`
const moduleOf = (name: string, parts = '') =>
  `${api}\nimport { ${name} } from './contract.ts'
  export const definition = defineModule({ contract: ${name}, needs: {}, handlers: {}, ${parts} })`

/** Two modules and a topology that can be started. */
const valid: Record<string, string> = {
  'modules/bell/contract.ts': contractOf(
    'bell',
    "methods: { ring: get('/bells/{bellId}', { bellId: { type: 'string' } }) }, pages: true",
  ),
  'modules/bell/module.ts': moduleOf('bell', "pages: [{ method: 'GET', path: '/bells' }]"),
  'modules/dog/contract.ts': contractOf('dog', "methods: { bark: get('/dogs') }"),
  'modules/dog/module.ts': moduleOf('dog', "settings: { DOG_NAME: { summary: 'Its name' } }"),
  'topologies/all.yaml': 'processes:\n  shop: { modules: all }\n',
}

/** Returns the problems that the check finds after these files were added, replaced or (undefined) removed. */
function problems(planted: Record<string, string | undefined>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'pando-start-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries({ ...valid, ...planted })) {
    if (text === undefined) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return startProblems({ modules: join(root, 'modules'), topologies: join(root, 'topologies') })
}

test('modules and topologies without mistakes pass', async () => {
  expect(await problems({})).toEqual([])
})

test.each<[string, Record<string, string | undefined>, string]>([
  [
    'a contract without a module',
    { 'modules/dog/module.ts': undefined },
    'Cannot load the module "dog": there is no modules/dog/module.ts',
  ],
  [
    'a module without a contract',
    { 'modules/cat/module.ts': 'export const definition = {}' },
    'Cannot load the module "cat": there is no modules/cat/contract.ts',
  ],
  [
    'a module that exports no definition',
    { 'modules/dog/module.ts': 'export const module = {}' },
    'modules/dog/module.ts exports no "definition"',
  ],
  [
    'a module that cannot be loaded',
    { 'modules/dog/module.ts': 'nothing()' },
    'Cannot load "dog": nothing is not defined',
  ],
  [
    'a contract with the name of another module',
    { 'modules/dog/contract.ts': valid['modules/bell/contract.ts'] },
    'exports no contract named "dog"',
  ],
  [
    'a module with the contract of another one',
    {
      'modules/dog/module.ts': moduleOf('dog').replace(
        "{ dog } from './contract.ts'",
        "{ bell as dog } from '../bell/contract.ts'",
      ),
    },
    'module.ts has the contract of "bell"',
  ],
  [
    'a name that no schema can have',
    {
      'modules/user/contract.ts': contractOf('user', 'methods: {}'),
      'modules/user/module.ts': moduleOf('user'),
    },
    'its name, which is also the name of its schema, is a reserved word of SQL',
  ],
  [
    'a reaction that the contract does not declare',
    { 'modules/dog/module.ts': moduleOf('dog', "reactions: { 'bell.rung': () => {} }") },
    'it reacts to bell.rung, but needs.ts does not list "bell"',
  ],
  [
    'pages that the contract does not declare',
    { 'modules/dog/module.ts': moduleOf('dog', "pages: [{ method: 'GET', path: '/dogs' }]") },
    '"pages" in its contract.ts must be true if, and only if, module.ts has pages',
  ],
  [
    'a job that is not a command',
    { 'modules/dog/module.ts': moduleOf('dog', "jobs: [{ method: 'bark', everyMs: 1000 }]") },
    'its job "bark" is not one of its commands',
  ],
  [
    'a setting that two modules declare',
    {
      'modules/bell/module.ts': moduleOf(
        'bell',
        "pages: [{ method: 'GET', path: '/bells' }], settings: { DOG_NAME: { summary: 'A name' } }",
      ),
    },
    'Cannot read DOG_NAME: dog and another module declare it differently',
  ],
  [
    'a setting with the name of one of the runtime',
    { 'modules/dog/module.ts': moduleOf('dog', "settings: { PANDO_PORT: { summary: 'A port' } }") },
    'Cannot read PANDO_PORT: dog and the runtime declare it differently. Use runtimeSettings.PANDO_PORT, or choose',
  ],
  [
    'two methods with one address',
    {
      'modules/dog/contract.ts': contractOf(
        'dog',
        "methods: { bark: get('/bells/{dogId}', { dogId: { type: 'string' } }) }",
      ),
    },
    'Cannot serve GET /api/v1/bells/:dogId for dog.bark: bell.ring has this address already',
  ],
  [
    'a parameter of a path that the input lacks',
    { 'modules/dog/contract.ts': contractOf('dog', "methods: { bark: get('/dogs/{dogId}') }") },
    'Cannot serve GET /dogs/{dogId} for dog.bark: its input has no member "dogId"',
  ],
  [
    'a page with an address of the runtime',
    { 'modules/bell/module.ts': moduleOf('bell', "pages: [{ method: 'GET', path: '/health/ready' }]") },
    'Cannot serve GET /health/ready for a page of bell: the runtime has this address already',
  ],
  [
    'a topology that lacks a module',
    { 'topologies/few.yaml': 'processes:\n  shop: { modules: [bell] }\n' },
    'Cannot use the topology "few"',
  ],
])('%s is found', async (_, planted, message) => {
  expect(await problems(planted)).toEqual(expect.arrayContaining([expect.stringContaining(message)]))
})

test('all mistakes in modules are found at once', async () => {
  const found = await problems({ 'modules/bell/module.ts': undefined, 'modules/dog/module.ts': 'nothing()' })
  expect(found).toHaveLength(2)
})
