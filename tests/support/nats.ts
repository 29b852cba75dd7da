import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '#runtime/base/ports.ts'

/** A real `nats-server` with JetStream, with its own port and store. */
export interface TestNats {
  url: string
  /** Kills it with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again with the same port and store. */
  restart(): Promise<void>
  /** Kills it and removes its store. */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 15_000
const POLL_MS = 20

/** Path of the program, or undefined if it is not installed. */
export const natsServer = findProgram('nats-server')

if (!natsServer)
  console.warn(
    'Skipped tests that need nats-server, which is not installed. Install it with "apt-get install nats-server"',
  )

/** Starts a server. With a `user`, only this user may connect. */
export async function startNats(user?: { name: string; password: string }): Promise<TestNats> {
  const port = await freePort()
  const store = await mkdtemp(join(tmpdir(), 'pando-nats-'))
  let child = await launch(port, store, user)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return {
    url: `nats://${user ? `${user.name}:${encodeURIComponent(user.password)}@` : ''}127.0.0.1:${port}`,
    kill,
    async restart() {
      child = await launch(port, store, user)
    },
    async stop() {
      await kill()
      await rm(store, { recursive: true, force: true })
    },
  }
}

async function launch(
  port: number,
  store: string,
  user: { name: string; password: string } | undefined,
): Promise<ChildProcess> {
  const login = user ? ['--user', user.name, '--pass', user.password] : []
  const args = ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', store, ...login]
  const child = spawn(natsServer!, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  const end = Date.now() + START_TIMEOUT_MS
  while (!(await acceptsConnections(port))) {
    if (child.exitCode !== null || Date.now() > end) {
      child.kill('SIGKILL')
      throw new Error(`nats-server did not start. It printed:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return child
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Searches PATH, and the folders in which Debian installs servers, which PATH may lack. */
function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
