import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/**
 * The start time of a process, as the system writes it: clock ticks on Linux, a date on macOS, always `unknown` on
 * Windows. Use it only to distinguish a process from a later one with the same id. Undefined when no process has this
 * id.
 */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined
  if (process.platform === 'linux') return startFromProc(pid)
  if (process.platform === 'win32') return 'unknown'
  return processStatus(pid, 'lstart')
}

/** The command line of a process, its words joined by spaces. Undefined when this user cannot see it. */
export async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
    return words?.replaceAll('\0', ' ').trim()
  }
  return process.platform === 'win32' ? undefined : processStatus(pid, 'command')
}

/**
 * The processes with this name whose working directory is `directory`, apart from those that this user may not inspect.
 * Linux only, else empty.
 */
export async function processesIn(directory: string, name: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    const orEmpty = async (text: Promise<string>) => text.catch(() => '')
    if (!/^\d+$/.test(entry) || (await orEmpty(readFile(`/proc/${entry}/comm`, 'utf8'))).trim() !== name)
      continue
    if ((await orEmpty(readlink(`/proc/${entry}/cwd`))) === directory) found.push(Number(entry))
  }
  return found
}

/** Whether a signal or a debugger has stopped a process. Linux only, else false. */
export async function isStopped(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const [state] = await statOf(pid)
  return state === 'T' || state === 't'
}

/** Whether a process with this id exists, whichever user it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user cannot be signalled, but exists
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function startFromProc(pid: number): Promise<string | undefined> {
  const fields = await statOf(pid)
  const [state] = fields
  const isGone = state === '' || state === 'Z' || state === 'X'
  // Field 22 of proc(5), starttime; the first of `fields` is field 3
  return isGone ? undefined : fields[19]
}

/** The fields of `/proc/<pid>/stat`, from the third one, the state of the process; one empty field when it is gone. */
async function statOf(pid: number): Promise<string[]> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field, the name in brackets, may contain spaces and brackets
  return line.slice(line.lastIndexOf(')') + 2).split(' ')
}

async function processStatus(pid: number, column: string): Promise<string | undefined> {
  const found = await execute('ps', ['-o', `${column}=`, '-p', String(pid)]).catch(() => undefined)
  return found?.stdout.trim() || undefined
}
