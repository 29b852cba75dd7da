import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { freePort, isFree } from '../base/ports.ts'
import { recordingLog } from '../rpc/testing.ts'
import { writeControlRecord } from './control-record.ts'
import { outlastPredecessors } from './predecessors.ts'

/** A process that listens on a port. */
async function listener(port: number): Promise<ChildProcess> {
  const program = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('listens'))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

/** A data folder with the control file of a process. */
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

it('waits until the processes of a killed run have let go of the ports, and says so', async () => {
  const port = await freePort()
  const child = await listener(port)
  const { log, logged } = recordingLog()
  const waiting = outlastPredecessors({
    dataDirectory: await folderOf(await deadPid()),
    ports: [await freePort(), port],
    log,
    patienceMs: 20_000,
  })
  await expect.poll(() => logged.join()).toContain('waiting until its processes have ended')
  child.kill()
  await waiting
  expect(await isFree(port)).toBe(true)
})

it('does not wait beside a run that goes on, where none was killed, or longer than given', async () => {
  const port = await freePort()
  await listener(port)
  const { log } = recordingLog()
  const killed = await folderOf(await deadPid())
  const copy = `${killed}-copy`
  await cp(killed, copy, { recursive: true })
  onTestFinished(() => rm(copy, { recursive: true }))
  const folders = [await folderOf(process.pid), tmpdir(), copy]
  for (const dataDirectory of folders)
    await outlastPredecessors({ dataDirectory, ports: [port], log, patienceMs: 2 ** 30 })
  await outlastPredecessors({
    dataDirectory: killed,
    ports: [port],
    log,
    patienceMs: 10,
  })
  expect(await isFree(port)).toBe(false)
})
