import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../base/ports.ts'
import { locateBinaries } from './binaries.ts'
import { choosePlace } from './choose-place.ts'
import { findEmbedded } from './find.ts'
import { launch } from './launch.ts'
import { layoutOf } from './layout.ts'
import type { Place } from './place.ts'
import { startOf } from './processes.ts'
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

test('PostgreSQL ends when its owner is killed, and the next start has what was committed', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  const { pid = 0 } = (await findEmbedded(directory)) ?? {}
  await query(owner.url, 'update kept set number = 2')
  await owner.kill()
  expect(await waitUntil(async () => (await startOf(pid)) === undefined, { timeoutMs: 30_000 })).toBe(true)
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 2 }])
})

test('a start right after the owner was killed does not wait for anyone to clean up', async () => {
  const directory = await stoppedDatabase()
  const owner = await startOwner(directory)
  await query(owner.url, 'update kept set number = 2')
  await owner.kill()
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 2 }])
})

test('a PostgreSQL that nobody owns any more is stopped by the next start', async () => {
  const directory = await stoppedDatabase()
  const place = await placeIn(directory)
  const forgotten = await launch(layoutOf(directory), place, {
    unix_socket_directories: '',
    port: String(await freePort()),
  })
  const isRunning = async () => (await findEmbedded(directory)) !== undefined
  expect(await waitUntil(isRunning, { timeoutMs: 30_000 })).toBe(true)
  const said: string[] = []
  const next = await start(directory, { log: (line) => said.push(line) })
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(await forgotten.exited).toMatchObject({ expected: false, code: 0 })
  expect(said.join()).toContain(`Stopping PostgreSQL (process ${forgotten.pid})`)
})

test('a PostgreSQL that was killed while it computed is followed by a new one', async () => {
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

test('a stale postmaster.pid that names a living process of another kind is not believed', async () => {
  const directory = await stoppedDatabase()
  const stranger = spawn('sleep', ['60'])
  onTestFinished(() => {
    stranger.kill()
  })
  const file = [
    stranger.pid,
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
  expect(stranger.exitCode).toBeNull()
})

test('a database whose making was interrupted is made again', async () => {
  const directory = await emptyDirectory()
  const owner = spawnOwner(directory)
  const isHalfMade = async () => {
    const [unfinished] = (await readdir(directory)).filter((name) => /unfinished-\d+$/.test(name))
    return unfinished !== undefined && (await readdir(join(directory, unfinished))).includes('PG_VERSION')
  }
  expect(await waitUntil(isHalfMade, { timeoutMs: 30_000, everyMs: 1 })).toBe(true)
  await owner.kill()
  expect(await readdir(directory)).not.toContain('cluster')
  const { url } = await start(directory)
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a lost password is replaced', async () => {
  const directory = await stoppedDatabase()
  const lost = await readFile(join(directory, 'password'), 'utf8')
  await rm(join(directory, 'password'))
  const { url } = await start(directory)
  expect(await query(url, 'select number from kept')).toEqual([{ number: 1 }])
  expect(url).not.toContain(lost.trim())
})

test('a port that another program took meanwhile is replaced', async () => {
  const directory = await stoppedDatabase()
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => {
    taken.close()
  })
  await new Promise((resolve) => taken.once('listening', resolve))
  const address = taken.address()
  const takenPort = typeof address === 'object' && address ? address.port : 0
  const ports = [takenPort, await freePort()]
  const place = await placeIn(directory)
  const settings = await settingsFor(place, undefined, {})
  const findPort = async () => ports.shift() ?? 0
  const layout = layoutOf(directory)
  const server = await startServer({ layout, place, settings, log: () => undefined, findPort })
  onTestFinished(() => server.stop())
  expect(ports).toEqual([])
  expect(server.port).not.toBe(takenPort)
})

test('a start that is called off ends what it has started', async () => {
  const directory = await stoppedDatabase()
  const place = await placeIn(directory)
  const settings = await settingsFor(place, undefined, {})
  const off = new AbortController()
  const layout = layoutOf(directory)
  const starting = startServer({ layout, place, settings, log: () => undefined, signal: off.signal })
  off.abort()
  await expect(starting).rejects.toThrow('aborted')
  expect(await findEmbedded(directory)).toBeUndefined()
  await start(directory)
})

test('a directory that holds something else is left alone', async () => {
  const directory = await emptyDirectory()
  await mkdir(join(directory, 'cluster'))
  await writeFile(join(directory, 'cluster', 'thesis.txt'), 'years of work')
  await expect(start(directory)).rejects.toThrow('is neither empty nor a PostgreSQL data directory')
  expect(await readdir(join(directory, 'cluster'))).toEqual(['thesis.txt'])
})

test('a link to data that is gone is no reason to begin with an empty database', async () => {
  const directory = await emptyDirectory()
  await symlink(join(directory, 'unplugged', 'cluster'), join(directory, 'cluster'))
  await expect(start(directory)).rejects.toThrow('leads to data that is not there')
})

async function placeIn(directory: string): Promise<Place> {
  return choosePlace({
    layout: layoutOf(directory),
    binaries: await locateBinaries(),
    runAs: undefined,
    systemDirectory: directory,
    log: () => undefined,
  })
}
