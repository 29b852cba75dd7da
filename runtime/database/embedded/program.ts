import { spawn } from 'node:child_process'

/** As whom PostgreSQL's programs run */
export interface Identity {
  /** Goes before the program on the command line */
  prefix: readonly string[]
  uid?: number
  gid?: number
}

/** The user of this process */
export const ourselves: Identity = { prefix: [] }

export interface Outcome {
  succeeded: boolean
  /** What it printed to its error stream, or why it could not be started */
  errors: string
}

/** Runs a program to its end. A program that cannot be started counts as failed; it never throws. */
export function runProgram(
  identity: Identity,
  program: string,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  const [command = program, ...rest] = [...identity.prefix, program, ...args]
  const child = spawn(command, rest, { ...credentials(identity), env: environment(), windowsHide: true })
  let errors = ''
  child.stdout.resume()
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  // A program that ends without reading its input closes the pipe; its exit code says what happened
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ succeeded: false, errors: errors + error.message }))
    child.on('close', (code) => resolve({ succeeded: code === 0, errors }))
  })
}

export function credentials(identity: Identity): { uid?: number; gid?: number } {
  return identity.uid === undefined || identity.gid === undefined
    ? {}
    : { uid: identity.uid, gid: identity.gid }
}

/**
 * The environment of PostgreSQL's programs: without the shop's secrets, without the PG… variables that would
 * change what they do, and with messages in the one language that this folder understands.
 */
export function environment(): Record<string, string> {
  const kept: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' }
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}
