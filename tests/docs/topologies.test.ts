import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadContracts } from '#runtime/process/modules.ts'
import { parseTopology } from '#runtime/topology/check.ts'
import { exampleFiles, withOutputs } from '../../scripts/docs/console-examples.ts'

const page = readFileSync(new URL('../../docs/topologies.md', import.meta.url), 'utf8')
const files = exampleFiles(page)

it('withOutputs() replaces outputs that the commands no longer print', async () => {
  const changed = page.replaceAll('process   port', 'process   door').replace('8 commits', '9 commits')
  expect(changed).not.toBe(page)
  expect(await withOutputs(changed)).toBe(page)
})

it('one example file shows mistakes', () => {
  expect(files.map(({ name }) => name)).toContain('wrong.yaml')
})

it.each(files.filter(({ name }) => name !== 'wrong.yaml'))('$name is valid', async ({ name, text }) => {
  parseTopology(text, { name, source: name }, { known: await loadContracts(), environment: {} })
})
