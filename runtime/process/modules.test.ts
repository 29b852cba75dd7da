import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { listModules, loadContracts, loadModules } from './modules.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

const runtime = (path: string) => new URL(`../${path}`, import.meta.url).href

/**
 * Creates a folder with a module `bell` that emits `rung`, and a module `dog` with these declarations and reactions.
 */
function createModules({ reactsTo, reactions }: { reactsTo: string[]; reactions: string[] }): string {
  const directory = mkdtempSync(join(tmpdir(), 'pando-modules-'))
  directories.push(directory)
  const handled = reactions.map((name) => `'${name}': () => {}`).join(', ')
  const files = {
    'bell/contract.ts': `
      import { contract } from '${runtime('contract/contract.ts')}'
      export const Id = { type: 'string' }
      export const bell = contract('bell', { version: '1.0.0', summary: 'Rings', methods: {}, events: { rung: {} } })`,
    'bell/module.ts': `
      import { defineModule } from '${runtime('module/define.ts')}'
      import { bell } from './contract.ts'
      export const definition = defineModule({ contract: bell, needs: {}, handlers: {} })`,
    'dog/contract.ts': `
      import { contract } from '${runtime('contract/contract.ts')}'
      const reactsTo = ${JSON.stringify(reactsTo)}
      export const dog = contract('dog', { version: '1.0.0', summary: 'Barks', methods: {}, reactsTo })`,
    'dog/module.ts': `
      import { defineModule } from '${runtime('module/define.ts')}'
      import { bell } from '../bell/contract.ts'
      import { dog } from './contract.ts'
      export const definition = defineModule({ contract: dog, needs: { bell }, handlers: {}, reactions: { ${handled} } })`,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

test('loads a module whose contract declares its reactions', async () => {
  const directory = createModules({ reactsTo: ['bell.rung'], reactions: ['bell.rung'] })
  const names = (await loadModules(['dog'], directory)).map(({ contract }) => contract.name)
  expect(names).toEqual(['bell', 'dog'])
})

test('refuses a reaction that the contract does not declare', async () => {
  const directory = createModules({ reactsTo: [], reactions: ['bell.rung'] })
  await expect(loadModules(['dog'], directory)).rejects.toThrow(
    'Cannot load the module "dog":\n  - it reacts to bell.rung, but "reactsTo" in its contract.ts does not list it: add it there',
  )
})

test('refuses a declared event without a reaction', async () => {
  const directory = createModules({ reactsTo: ['bell.rung'], reactions: [] })
  await expect(loadModules(['dog'], directory)).rejects.toThrow(
    '"reactsTo" in its contract.ts lists bell.rung, but module.ts has no reaction to it',
  )
})

test('loads contracts without the code of their modules', async () => {
  const directory = createModules({ reactsTo: ['bell.rung'], reactions: ['bell.rung'] })
  writeFileSync(join(directory, 'dog', 'module.ts'), "throw new Error('imported')")
  const contracts = await loadContracts(directory)
  expect(contracts.map(({ name, reactsTo }) => [name, reactsTo])).toEqual([
    ['bell', []],
    ['dog', ['bell.rung']],
  ])
})

test('refuses a contract.ts that exports no contract with the name of its module', async () => {
  const directory = createModules({ reactsTo: [], reactions: [] })
  writeFileSync(join(directory, 'dog', 'contract.ts'), "export const cat = { name: 'cat' }")
  await expect(loadContracts(directory)).rejects.toThrow('exports no contract named "dog"')
})

test('loads the contract of every module of this project', async () => {
  expect((await loadContracts()).map(({ name }) => name)).toEqual(listModules())
})
