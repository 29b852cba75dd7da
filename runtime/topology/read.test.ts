import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readTopology } from './read.ts'

const directory = mkdtempSync(join(tmpdir(), 'pando-topologies-'))
afterAll(() => rmSync(directory, { recursive: true }))

const options = { known: [{ name: 'site', pages: true }], environment: {} }
writeFileSync(join(directory, 'single.yaml'), 'processes: { shop: { modules: [site] } }')
writeFileSync(join(directory, 'other.json'), '{"processes":{"web":{"modules":["site"]}}}')
writeFileSync(join(directory, 'broken.yaml'), 'processes: { shop: { modules: [] } }')

it('reads a topology by its name in the folder, or by the path of a YAML or JSON file', () => {
  expect(readTopology('single', options, directory)).toMatchObject({
    name: 'single',
    source: join(directory, 'single.yaml'),
  })
  expect(readTopology(join(directory, 'other.json'), options).processOf('site').name).toBe('web')
})

it('lists the known names for an unknown name, and shows the path of a missing file', () => {
  expect(() => readTopology('signle', options, directory)).toThrow(
    'Cannot read the topology "signle": there is no topology of that name. Did you mean "single"? The topologies are broken, single. To use a file of your own, give its path, such as ./signle.yaml',
  )
  const path = join(directory, 'none.yaml')
  expect(() => readTopology(path, options)).toThrow(
    `Cannot read the topology "${path}": there is no file ${path}`,
  )
})

it('shows the path of an invalid file, and refuses a folder', () => {
  expect(() => readTopology('broken', options, directory)).toThrow(
    `Cannot use the topology "broken": 2 mistakes in ${join(directory, 'broken.yaml')}\n  - line 1`,
  )
  expect(() => readTopology(`${directory}/.`, options)).toThrow('Cannot read the topology')
})

it.each([
  ['', 'Cannot read a topology without a name'],
  [directory, 'it is a folder: name a file in it'],
])('explains why it cannot read %j', (path, message) => {
  expect(() => readTopology(path, options)).toThrow(message)
})
