import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, isFree } from '../base/ports.ts'
import { recordingLog } from '../rpc/testing.ts'
import { writeControlRecord } from './control-record.ts'
import { waitForPredecessors } from './predecessors.ts'

/** Starts a process that listens on a port. */
async function startListener(port: number): Promise<ChildProcess> {
  const program = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('listens'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

/** Creates a data folder with the control record of a process. */
async function folderOf(pid: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pando-control-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeControlRecord(folder, 'http://127.0.0.1:1')
  const file = join(folder, 'control.json')
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), pid }))
  return folder
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  return child.pid!
}

it('waits until the processes of a killed run have released the ports, and logs that it waits', async () => {
  const port = await freePort()
  const child = await startListener(port)
  const { log, logged } = recordingLog()
  const waiting = waitForPredecessors({
    dataDirectory: await folderOf(await deadPid()),
    ports: [await freePort(), port],
    log,
    timeoutMs: 20_000,
  })
  await expect.poll(() => logged.join()).toContain('waiting for the end of its processes')
  child.kill()
  await waiting
  expect(await isFree(port)).toBe(true)
})

it('does not wait for ports while the earlier run lives, without a killed run, or longer than the timeout', async () => {
  const port = await freePort()
  await startListener(port)
  const { log } = recordingLog()
  const killed = await folderOf(await deadPid())
  const copy = `${killed}-copy`
  await cp(killed, copy, { recursive: true })
  onTestFinished(() => rm(copy, { recursive: true }))
  const notKilled = [await folderOf(process.pid), tmpdir(), copy]
  for (const dataDirectory of notKilled)
    await waitForPredecessors({ dataDirectory, ports: [port], log, timeoutMs: 2 ** 30 })
  await waitForPredecessors({
    dataDirectory: killed,
    ports: [port],
    log,
    timeoutMs: 10,
  })
  expect(await isFree(port)).toBe(false)
})
