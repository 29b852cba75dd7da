import { expect, it, onTestFinished } from 'vitest'
import { createLog } from '../base/log.ts'
import { freePort } from '../base/ports.ts'
import { Replica } from './replica.ts'

const PATIENCE_MS = 3000
const LINES = 50
/** Writes a line of its migrations all 100 ms, and is ready after the last. */
const MIGRATING = `
  let lines = 0
  const timer = setInterval(() => {
    console.log('Migrating orders: ' + ++lines + ' s so far')
    if (lines < ${LINES}) return
    clearInterval(timer)
    require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')
  }, 100)`
const SILENT = 'process.stdin.resume()'

async function startReplica(program: string, startPatienceMs: number, leavePatienceMs = 45_000) {
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
      startPatienceMs,
      leavePatienceMs,
    },
  )
  onTestFinished(() => replica.stop('end'))
  let told = 0
  replica.onMigrating = () => told++
  replica.start()
  return { replica, told: () => told }
}

it('one that says that it migrates is waited for, however long that takes', async () => {
  const began = performance.now()
  const { replica, told } = await startReplica(MIGRATING, PATIENCE_MS)
  await replica.ready(1)
  expect(performance.now() - began).toBeGreaterThan(PATIENCE_MS)
  expect(told()).toBe(LINES)
})

it('one that neither ends nor says anything is given up', async () => {
  const { replica } = await startReplica(SILENT, 300)
  await expect(replica.ready(1)).rejects.toThrow(
    'Cannot start the process "orders.0": it is not ready after 0.3 s',
  )
})

it.each([
  ['ends when it is asked to', '', false],
  ['does not', "process.on('SIGTERM', () => {});", true],
])('one that %s is known afterwards for it', async (_, deaf, wasKilled) => {
  const ready =
    "require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1')"
  const { replica } = await startReplica(deaf + ready, 10_000, 100)
  await replica.ready(1)
  await replica.stop('leave')
  expect(replica.wasKilled).toBe(wasKilled)
})
