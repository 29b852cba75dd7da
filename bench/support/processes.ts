import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { pinnedCommand, SERVER_CORE } from './cores.ts'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } }

/** The arguments with which `npm start` calls Node.js to start a shop. */
export const START = scripts.start.replace(/^exec node /, '').split(' ')

/** The secret of shops that are filled by this process before they are started. */
export const SECRET = 'a secret that is only for measurements'

export interface Server {
  pid: number
  stop(): Promise<void>
}

/**
 * Starts a Node.js program on the CPU core that is reserved for the server under test, and waits until it prints a line
 * that contains the text `ready`. Returns this line too.
 */
export async function startServer(
  args: string[],
  ready: string,
  environment: Record<string, string> = {},
): Promise<Server & { line: string }> {
  const [command, rest] = pinnedCommand(SERVER_CORE, process.execPath, args)
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const line = await lineWith(child, ready, args.join(' '))
  return {
    pid: child.pid!,
    line,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function lineWith(child: ChildProcess, wanted: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const line = text.split('\n').find((each) => each.includes(wanted))
      if (line) resolve(line)
    })
    child.once('exit', (code) =>
      reject(new Error(`Cannot measure: "${name}" ended with code ${code} before it was ready`)),
    )
  })
}

/** The resident memory of a process in megabytes (10^6 bytes); Linux only. */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]
  return Number(kilobytes) * 1.024e-3
}

/** The CPU seconds that a process has used; Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // User and system time (fields 14 and 15 of proc(5)), in hundredths of a second
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** The ids of a process and all its descendants; Linux only. */
export function processTree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => processTree(Number(child)))]
}

/** The CPU seconds that a process and its running descendants have used; Linux only. */
export function cpuSecondsOfTree(pid: number): number {
  return processTree(pid).reduce((sum, each) => sum + cpuSeconds(each), 0)
}

/** Runs a Node.js program to its end, on the server's CPU core. Returns the JSON of the line that begins with `result`. */
export function runToEnd<Result>(args: string[], environment: Record<string, string> = {}): Promise<Result> {
  const [command, rest] = pinnedCommand(SERVER_CORE, process.execPath, args)
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    child.once('close', (code) => {
      const line = text.split('\n').find((each) => each.startsWith('result '))
      if (line) resolve(JSON.parse(line.slice('result '.length)) as Result)
      else reject(new Error(`Cannot measure: "${args.join(' ')}" ended with code ${code} without a result`))
    })
  })
}
