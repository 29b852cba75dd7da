import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { findEmbedded } from '#runtime/database/embedded/index.ts'
import { readControlRecord } from '#runtime/supervisor/control-record.ts'
import { makeDataDirectory, removeDataDirectory, runPando } from '#tests/support/shop-process.ts'

async function emptyDataFolder(): Promise<string> {
  const folder = await makeDataDirectory()
  onTestFinished(() => removeDataDirectory(folder))
  return folder
}

const start = (folder: string, ...args: string[]) =>
  runPando(['start', '--port', '0', '--no-sample', '--data', folder, ...args])

it('a shop of one process that cannot accept commands stops with its database', async () => {
  const folder = await emptyDataFolder()
  // The shop cannot write a file with the name of a folder
  await mkdir(join(folder, 'control.json.next'))
  const { code, output } = await start(folder)
  expect(output).toContain('EISDIR')
  expect(code).toBe(1)
  expect(await findEmbedded(join(folder, 'postgres'))).toBeUndefined()
}, 60_000)

it('a shop of several processes that cannot record its start stops with its processes and database', async () => {
  const folder = await emptyDataFolder()
  const topology = join(folder, 'two.yaml')
  await writeFile(
    topology,
    `processes: { shop: { modules: all }, payments: { modules: [payments], port: ${await freePort()} } }`,
  )
  const started = start(folder, '--topology', topology)
  // The shop has recorded its topology by now. It writes the record again once its processes are ready
  await vi.waitFor(async () => expect(await readControlRecord(folder)).toBeDefined(), {
    timeout: 30_000,
    interval: 20,
  })
  await mkdir(join(folder, 'topology.json.next'))
  const { code, output } = await started
  expect(output).toContain('EISDIR')
  expect(code).toBe(1)
  expect(await findEmbedded(join(folder, 'postgres'))).toBeUndefined()
}, 60_000)
