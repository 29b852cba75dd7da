/**
 * The embedded PostgreSQL cannot run, for a reason that its operator can fix. The message says what failed, where, and
 * what to do. Print it without a stack trace.
 */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError'
}

/**
 * Patterns of the output of PostgreSQL and the system, each with the cause and what to do about it. The first one that
 * matches counts.
 */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /ENOTDIR|EEXIST/,
    'a file is where a directory should be: move it away, or set PANDO_DATA to another folder',
  ],
  [
    /No space left on device|ENOSPC|Check free disk space|Disk quota exceeded|EDQUOT/,
    'the disk is full: free some space on it',
  ],
  [/Read-only file system|EROFS/, 'the file system is read-only: set PANDO_DATA to a writable folder'],
  [
    /look up effective user ID|could not find user|user does not exist/,
    'the current user id has no entry in /etc/passwd: add one, or set DATABASE_URL to a PostgreSQL server',
  ],
  [
    /wrong ownership/,
    'the data belongs to another user: start as that user, or set PANDO_DATA to a folder of this user',
  ],
  [
    /Permission denied|EACCES|EPERM|Operation not permitted/,
    'make the directory readable and writable for the current user, or set PANDO_DATA to another folder',
  ],
  [
    /incompatible with server|initialized by PostgreSQL version/,
    'the data is of another major version of PostgreSQL: dump it with that version and restore it here, ' +
      'or set PANDO_DATA to an empty folder',
  ],
  [
    /pre-existing shared memory block/,
    'processes of a killed PostgreSQL still run there: stop the processes named "postgres" that use it',
  ],
  [
    /shared memory|Cannot allocate memory|ENOMEM/,
    'the machine has too little memory: free some, or set DATABASE_URL to a PostgreSQL server',
  ],
  [
    /checkpoint record|could not read blocks|invalid page/,
    'the files are damaged: restore the directory from a backup',
  ],
  [
    /Address already in use|could not bind/,
    'another program has taken its port: stop that program, then start again',
  ],
  [
    /administrative permissions is not permitted|root" execution/,
    'start from a terminal without administrator rights, or set DATABASE_URL to a PostgreSQL server',
  ],
  [
    /error while loading shared libraries|Library not loaded|ENOEXEC|Exec format error/,
    'the binaries cannot run here: run "npm rebuild", or set DATABASE_URL to a PostgreSQL server',
  ],
]

/**
 * Creates the error for a failed action ("start PostgreSQL") at a file or directory. The message says what to do if the
 * cause is known, and has the last lines of `output`, which the failed program or system call has printed.
 */
export function embeddedDatabaseError(action: string, where: string, output: string): EmbeddedDatabaseError {
  const remedy = remedies.find(([pattern]) => pattern.test(output))?.[1]
  const last = lastLines(output, 6).join('\n  ')
  const parts = [
    `Cannot ${action} in "${where}"`,
    remedy && `: ${remedy}`,
    last && `. Last output:\n  ${last}`,
  ]
  return new EmbeddedDatabaseError(parts.filter(Boolean).join(''))
}

/** The last non-empty lines of `text`, oldest first. */
export function lastLines(text: string, count: number): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
}
