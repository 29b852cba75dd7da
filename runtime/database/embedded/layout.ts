import { join, resolve } from 'node:path'

/** The files of one embedded database. All paths are absolute. */
export interface Layout {
  directory: string
  /** PostgreSQL's data directory, or a link to it when PostgreSQL cannot enter `directory`. */
  cluster: string
  /** The superuser's password, readable only by its owner. */
  password: string
  /** Names the process that has this database open. */
  lock: string
  /** PostgreSQL's log since its last start. */
  log: string
}

export const superuser = 'pando'
export const databaseName = 'pando'

export function layoutOf(directory: string): Layout {
  const root = resolve(directory)
  return {
    directory: root,
    cluster: join(root, 'cluster'),
    password: join(root, 'password'),
    lock: join(root, 'lock'),
    log: join(root, 'postgres.log'),
  }
}

/**
 * The URL of the database. With a socket directory, clients that know libpq's `host` use the socket, others use TCP.
 */
export function databaseUrl(port: number, password: string, socketDirectory?: string): string {
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`
  return socketDirectory ? `${url}?host=${encodeURIComponent(socketDirectory)}` : url
}
