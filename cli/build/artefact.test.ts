import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Process, Topology } from '#runtime/topology/topology.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'
import { buildArtefact, processOfArtefact } from './artefact.ts'

let root: string
let folder: string
beforeEach(async () => {
  root = await makeDataDirectory()
  folder = join(root, 'shop')
})
afterEach(() => removeDataDirectory(root))

/** A build that must be refused before it uses the topology. */
const build = () => buildArtefact({} as Topology, {} as Process, folder)

it.each([
  ['an empty package.json', ''],
  ['a damaged package.json', '{"name": "pando-'],
  ['a package.json that is not an object', 'null'],
  ['a name that is not a string', '{"name": 7}'],
  ['the name of another package', '{"name": "left-pad"}'],
])('a folder with %s is not an artefact, and is not replaced', async (_, text) => {
  await mkdir(folder)
  for (const file of ['pando.mjs', 'service.mjs']) await writeFile(join(folder, file), '')
  await writeFile(join(folder, 'package.json'), text)
  expect(await processOfArtefact(folder)).toBeUndefined()
  await expect(build()).rejects.toThrow(
    `Cannot build into ${folder}: it has files, but not those of an artefact`,
  )
})

it('a build into a file says that it is not a folder', async () => {
  await writeFile(folder, '')
  await expect(build()).rejects.toThrow(`Cannot build into ${folder}: it is not a folder`)
})

it('a build into a folder that cannot be read gives the reason', async () => {
  await symlink(folder, folder)
  await expect(build()).rejects.toThrow(`Cannot build into ${folder}: ELOOP`)
})
