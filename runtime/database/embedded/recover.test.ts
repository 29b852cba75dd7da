import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../base/ports.ts'
import { locateBinaries } from './binaries.ts'
import { findEmbedded } from './find.ts'
import type { Instance } from './instance.ts'
import { launch } from './launch.ts'
import { layoutOf } from './layout.ts'
import { prepareInstance } from './prepare-instance.ts'
import { startTimeOf } from './processes.ts'
import { startServer } from './server.ts'
import { settingsFor } from './settings.ts'
import {
  emptyDirectory,
  query,
  removePrepared,
  spawnOwner,
  start,
  startOwner,
  stoppedDatabase,
} from './testing.ts'
import { waitUntil } from './wait-until.ts'

afterAll(removePrepared)

test('PostgreSQL ends when its owner is killed, and the next start has all committed data', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  const { pid = 0 } = (await findEmbedded(directory)) ?? {}
  await query(owner.url, 'update kept set number = 2')
  await owner.kill()
  expect(await waitUntil(async () => (await startTimeOf(pid)) === undefined, { timeoutMs: 30_000 })).toBe(
    true,
  )
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 2 }])
})

test('a start right after the owner was killed has all committed data', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  await query(owner.url, 'update kept set number = 2')
  await owner.kill()
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 2 }])
})

test('the next start stops a PostgreSQL that no process has open', async () => {
  const directory = await stoppedDatabase()
  const instance = await instanceIn(directory)
  const orphan = await launch(layoutOf(directory), instance, {
    unix_socket_directories: '',
    port: String(await freePort()),
  })
  const isRunning = async () => (await findEmbedded(directory)) !== undefined
  expect(await waitUntil(isRunning, { timeoutMs: 30_000 })).toBe(true)
  const lines: string[] = []
  const next = await start(directory, { log: (line) => lines.push(line) })
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(await orphan.exited).toMatchObject({ expected: false, code: 0 })
  expect(lines.join()).toContain(`Stopping PostgreSQL (process ${orphan.pid})`)
})

test('a new PostgreSQL starts after one was killed during a query', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  const working = query(owner.url, 'select sum(i) from generate_series(1, 1000000000) i').catch(
    () => undefined,
  )
  const active = `select 1 from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()`
  expect(
    await waitUntil(async () => (await query(owner.url, active)).length > 0, { timeoutMs: 30_000 }),
  ).toBe(true)
  const { pid = 0 } = (await findEmbedded(directory)) ?? {}
  process.kill(pid, 'SIGKILL')
  await owner.kill()
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }])
  await working
})

test('a stale postmaster.pid that names a process of another program is ignored', async () => {
  const directory = await stoppedDatabase()
  const otherProgram = spawn('sleep', ['60'])
  onTestFinished(() => {
    otherProgram.kill()
  })
  const file = [
    otherProgram.pid,
    join(directory, 'cluster'),
    1_700_000_000,
    5432,
    '',
    '127.0.0.1',
    '',
    'ready   ',
    '',
  ]
  await writeFile(join(directory, 'cluster', 'postmaster.pid'), file.join('\n'))
  expect(await findEmbedded(directory)).toBeUndefined()
  const { url } = await start(directory)
  expect(await query(url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(otherProgram.exitCode).toBeNull()
})

test('a start repeats an interrupted creation of the database', async () => {
  const directory = await emptyDirectory()
  const owner = spawnOwner(directory)
  const isInProgress = async () => {
    const [unfinished] = (await readdir(directory)).filter((name) => /unfinished-\d+$/.test(name))
    return unfinished !== undefined && (await readdir(join(directory, unfinished))).includes('PG_VERSION')
  }
  expect(await waitUntil(isInProgress, { timeoutMs: 30_000, everyMs: 1 })).toBe(true)
  await owner.kill()
  expect(await readdir(directory)).not.toContain('cluster')
  const { url } = await start(directory)
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a start without the password file sets and stores a new password', async () => {
  const directory = await stoppedDatabase()
  const lost = await readFile(join(directory, 'password'), 'utf8')
  await rm(join(directory, 'password'))
  const { url } = await start(directory)
  expect(await query(url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(url).not.toContain(lost.trim())
})

test('a first start takes another port when a program has taken the chosen one', async () => {
  const directory = await stoppedDatabase()
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    taken.close()
  })
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const takenPort = typeof address === 'object' && address ? address.port : 0
  const ports = [takenPort, await freePort()]
  const instance = await instanceIn(directory)
  const settings = await settingsFor(instance, undefined, {})
  const findPort = async () => ports.shift() ?? 0
  const layout = layoutOf(directory)
  const server = await startServer({ layout, instance, settings, log: () => undefined, findPort })
  onTestFinished(() => server.stop())
  expect(ports).toEqual([])
  expect(server.port).not.toBe(takenPort)
})

test('an aborted start ends the server that it has started', async () => {
  const directory = await stoppedDatabase()
  const instance = await instanceIn(directory)
  const settings = await settingsFor(instance, undefined, {})
  const aborting = new AbortController()
  const layout = layoutOf(directory)
  const starting = startServer({ layout, instance, settings, log: () => undefined, signal: aborting.signal })
  aborting.abort()
  await expect(starting).rejects.toThrow('aborted')
  expect(await findEmbedded(directory)).toBeUndefined()
  await start(directory)
})

test('a directory with other files is refused and left unchanged', async () => {
  const directory = await emptyDirectory()
  await mkdir(join(directory, 'cluster'))
  await writeFile(join(directory, 'cluster', 'thesis.txt'), 'years of work')
  await expect(start(directory)).rejects.toThrow('is neither empty nor a PostgreSQL data directory')
  expect(await readdir(join(directory, 'cluster'))).toEqual(['thesis.txt'])
})

test('a link to missing data is refused and not replaced by an empty database', async () => {
  const directory = await emptyDirectory()
  await symlink(join(directory, 'unplugged', 'cluster'), join(directory, 'cluster'))
  await expect(start(directory)).rejects.toThrow('points to data that does not exist')
})

async function instanceIn(directory: string): Promise<Instance> {
  return prepareInstance({
    layout: layoutOf(directory),
    binaries: await locateBinaries(),
    runAs: undefined,
    systemDirectory: directory,
    log: () => undefined,
  })
}
