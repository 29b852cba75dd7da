import { spawn } from 'node:child_process'

/** The user that PostgreSQL's programs run as. */
export interface Identity {
  /** Precedes the program on the command line. */
  prefix: readonly string[]
  uid?: number
  gid?: number
}

/** The user of this process. */
export const currentUser: Identity = { prefix: [] }

export interface Outcome {
  succeeded: boolean
  /** What the program wrote to its error stream, or why it could not be started. */
  errors: string
}

/** Runs a program to its end. Never throws: a program that cannot be started counts as failed. */
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
  // A program that ends without reading its input closes the pipe. Its exit code reports the failure
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
 * The environment of PostgreSQL's programs: without the shop's secrets, without the PG… variables that would change
 * their behaviour, and with messages in English, which this folder parses.
 */
export function environment(): Record<string, string> {
  const kept: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' }
  for (const name of ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    const value = process.env[name]
    if (value !== undefined) kept[name] = value
  }
  return kept
}
