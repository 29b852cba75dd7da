import { join, resolve } from 'node:path'

/** Where everything of one embedded database lies. All paths are absolute. */
export interface Layout {
  directory: string
  /** PostgreSQL's data directory, or a link to it where PostgreSQL cannot enter `directory` */
  cluster: string
  /** The superuser's password, readable for its owner alone */
  password: string
  /** Names the process that has this database open */
  lock: string
  /** What PostgreSQL has said since its last start */
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

/** With a socket directory, clients on this machine that know libpq's `host` use that; others use TCP. */
export function databaseUrl(port: number, password: string, socketDirectory?: string): string {
  const url = `postgres://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`
  return socketDirectory ? `${url}?host=${encodeURIComponent(socketDirectory)}` : url
}
