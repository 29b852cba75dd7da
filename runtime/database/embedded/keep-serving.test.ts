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

test('a database that is kept running comes back on its port with what was committed, again and again', async () => {
  const directory = await stoppedDatabase()
  const said: string[] = []
  const database = await start(directory, { keepRunning: (line) => said.push(line) })
  for (const number of [2, 3]) {
    await query(database.url, `update kept set number = ${number}`)
    await backAgain(directory, await killIn(directory))
    expect(await query(database.url, 'select number from kept')).toEqual([{ number }])
  }
  expect(said).toEqual(
    [1, 2].flatMap(() => [
      'PostgreSQL ended by itself (signal SIGKILL): it is started again',
      expect.stringMatching(/^PostgreSQL answers again after \d+\.\d s$/),
    ]),
  )
  await database.stop()
  expect(await database.exited).toMatchObject({ expected: true, code: 0 })
})

test('nobody else can open a database while it is started again', async () => {
  const directory = await stoppedDatabase()
  let refusal: Promise<unknown> | undefined
  await start(directory, {
    keepRunning: () => {
      refusal ??= start(directory).catch((error) => error)
    },
  })
  await backAgain(directory, await killIn(directory))
  expect(String(await refusal)).toContain(`process ${process.pid} has it open`)
})

test('stop() ends a database that is being started again', async () => {
  const directory = await stoppedDatabase()
  const database = await start(directory, { keepRunning: () => void database.stop() })
  await killIn(directory)
  expect(await database.exited).toMatchObject({ expected: true })
  expect(await findEmbedded(directory)).toBeUndefined()
  // The next one finds the lock free and the data whole
  const next = await start(directory)
  expect(await query(next.url, 'select number from kept')).toEqual([{ number: 1 }])
})

test('a port that another program took meanwhile is not replaced: the end tells of it', async () => {
  const directory = await stoppedDatabase()
  const thief = createServer()
  onTestFinished(() => void thief.close())
  const database = await start(directory, {
    keepRunning: () => {
      if (!thief.listening) thief.listen(database.port, '127.0.0.1')
    },
  })
  await killIn(directory)
  const exit = await database.exited
  expect(exit).toMatchObject({ expected: false, signal: 'SIGKILL' })
  expect(exit.lastLogLines.join()).toContain('another program has taken its port')
})

test('one that ends again and again is given up, after a pause that grows', async () => {
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

/** Kills PostgreSQL as the system would when memory runs out; answers its process id */
async function killIn(directory: string): Promise<number> {
  const { pid } = (await findEmbedded(directory))!
  process.kill(pid, 'SIGKILL')
  return pid
}

async function backAgain(directory: string, killed: number): Promise<void> {
  const isAnother = async () => ((await findEmbedded(directory))?.pid ?? killed) !== killed
  expect(await waitUntil(isAnother, { timeoutMs: 30_000 })).toBe(true)
}
