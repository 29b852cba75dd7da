import { createServer } from 'node:net'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../base/ports.ts'
import { findEmbedded } from './find.ts'
import { keepServing } from './keep-serving.ts'
import type { Exit } from './launch.ts'
import type { Server } from './server.ts'
import { query, removePrepared, start, stoppedDatabase } from './testing.ts'
import { waitUntil } from './wait-until.ts'

afterAll(removePrepared)

test('a database with keepRunning restarts after each of two kills, on its port and with all committed data', async () => {
  const directory = await stoppedDatabase()
  const lines: string[] = []
  const database = await start(directory, { keepRunning: (line) => lines.push(line) })
  for (const number of [2, 3]) {
    await query(database.url, `update kept set number = ${number}`)
    await untilRestarted(directory, await killIn(directory))
    expect(await query(database.url, 'select number from kept')).toEqual([{ number }])
  }
  expect(lines).toEqual(
    [1, 2].flatMap(() => [
      'PostgreSQL ended unexpectedly (signal SIGKILL): restarting it',
      expect.stringMatching(/^PostgreSQL answers again after \d+\.\d s$/),
    ]),
  )
  await database.stop()
  expect(await database.exited).toMatchObject({ expected: true, code: 0 })
})

test('a second start of a database is refused while it restarts', async () => {
  const directory = await stoppedDatabase()
  let refusal: Promise<unknown> | undefined
  await start(directory, {
    keepRunning: () => {
      refusal ??= start(directory).catch((error) => error)
    },
  })
  await untilRestarted(directory, await killIn(directory))
  expect(String(await refusal)).toContain(`process ${process.pid} has it open`)
})

test('stop() ends a database that is restarting', async () => {
  const directory = await stoppedDatabase()
  const database = await start(directory, { keepRunning: () => void database.stop() })
  await killIn(directory)
  expect(await database.exited).toMatchObject({ expected: true })
  expect(await findEmbedded(directory)).toBeUndefined()
  // The next start finds the lock free and the data complete
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }])
})

test('a restart keeps the port, and ends with an error when another program has taken it', async () => {
  const directory = await stoppedDatabase()
  const otherProgram = createServer()
  onTestFinished(() => void otherProgram.close())
  const database = await start(directory, {
    keepRunning: () => {
      if (!otherProgram.listening) otherProgram.listen(database.port, '127.0.0.1')
    },
  })
  await killIn(directory)
  const exit = await database.exited
  expect(exit).toMatchObject({ expected: false, signal: 'SIGKILL' })
  expect(exit.lastLogLines.join()).toContain('another program has taken its port')
})

test('a server that ends after each restart stays stopped after the last of three pauses', async () => {
  const ended: Exit = { expected: false, code: 1, signal: null, lastLogLines: ['the disk is full'] }
  const port = await freePort()
  const dead: Server = { pid: 1, port, exited: Promise.resolve(ended), stop: async () => undefined }
  let starts = 0
  const server = keepServing(
    dead,
    async () => {
      starts++
      if (starts === 2) throw new Error('no room')
      return dead
    },
    () => undefined,
    [0, 1, 2],
  )
  expect(await server.exited).toEqual(ended)
  expect(starts).toBe(3)
})

/** Kills PostgreSQL with SIGKILL, as the system does when memory runs out. Returns its process id. */
async function killIn(directory: string): Promise<number> {
  const { pid } = (await findEmbedded(directory))!
  process.kill(pid, 'SIGKILL')
  return pid
}

async function untilRestarted(directory: string, killed: number): Promise<void> {
  const isRestarted = async () => ((await findEmbedded(directory))?.pid ?? killed) !== killed
  expect(await waitUntil(isRestarted, { timeoutMs: 30_000 })).toBe(true)
}
