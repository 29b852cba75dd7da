import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '../base/log.ts'
import { freePort } from '../base/ports.ts'
import { Replica } from './replica.ts'

const TIMEOUT_MS = 3000
const LINES = 50
/** Reports a migration every 100 ms, and is ready after the last line. */
const MIGRATING = `
  let lines = 0
  const timer = setInterval(() => {
    console.log('Migrating orders: ' + ++lines + ' s so far')
    if (lines < ${LINES}) return
    clearInterval(timer)
    require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')
  }, 100)`
const SILENT = 'process.stdin.resume()'

async function startReplica(program: string, startTimeoutMs: number, leaveTimeoutMs = 45_000) {
  const port = await freePort()
  const replica = new Replica(
    {
      process: 'orders',
      index: 0,
      command: () => [process.execPath, '-e', program],
      environment: () => ({ PORT: String(port) }),
      signals: { leave: 'SIGTERM', end: 'SIGTERM' },
      origin: `http://127.0.0.1:${port}`,
    },
    {
      log: createLog({ level: 'silent', pretty: false, process: 'pando' }),
      print: () => {},
      fetchStatus: async () => ({ process: 'orders', replica: 0, startedAt: new Date().toISOString() }),
      startTimeoutMs,
      leaveTimeoutMs,
    },
  )
  onTestFinished(() => replica.stop('end'))
  let migrationLines = 0
  replica.onMigrating = () => migrationLines++
  replica.start()
  return { replica, migrationLines: () => migrationLines }
}

it('waits for a replica for as long as it reports migrations', async () => {
  const began = performance.now()
  const { replica, migrationLines } = await startReplica(MIGRATING, TIMEOUT_MS)
  await replica.ready(1)
  expect(performance.now() - began).toBeGreaterThan(TIMEOUT_MS)
  expect(migrationLines()).toBe(LINES)
})

it('gives up after the start timeout when a replica is not ready and reports no migration', async () => {
  const { replica } = await startReplica(SILENT, 300)
  await expect(replica.ready(1)).rejects.toThrow(
    'Cannot start the process "orders.0": it is not ready after 0.3 s',
  )
})

it('counts the ends of a replica since ready() was called', async () => {
  const { replica } = await startReplica('process.exit(1)', 10_000)
  await expect(replica.ready(2)).rejects.toThrow('it ended 2 times before it was ready')
  await expect(replica.ready(1)).rejects.toThrow('it ended 1 time before it was ready')
})

it('says that a replica was stopped during its start', async () => {
  const { replica } = await startReplica(SILENT, 10_000)
  const isRejected = expect(replica.ready()).rejects.toThrow('it was stopped before it was ready')
  await replica.stop('end')
  await isRejected
})

it.each([
  ['ends after the signal', '', false],
  ['ignores the signal', "process.on('SIGTERM', () => {});", true],
])('says whether it killed a replica that %s', async (_, signalHandler, wasKilled) => {
  const ready =
    "require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')"
  const { replica } = await startReplica(signalHandler + ready, 10_000, 100)
  await replica.ready(1)
  await replica.stop('leave')
  expect(replica.wasKilled).toBe(wasKilled)
})
