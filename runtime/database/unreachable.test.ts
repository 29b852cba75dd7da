import { expect, inject, it } from 'vitest'
import { isUnreachable } from './errors.ts'
import { openPool } from './pool.ts'

it('isUnreachable() is true for a database that accepts no connections, not for one that refuses a statement', async () => {
  const url = new URL(inject('databaseUrl'))
  const server = openPool({ url: url.href, max: 1, name: 'test' })
  const name = `closed_${process.pid}`
  await server.unsafe(`create database ${name} allow_connections false`)
  url.pathname = `/${name}`
  const closed = openPool({ url: url.href, max: 1, name: 'test' })
  try {
    expect(isUnreachable(await closed`select 1`.catch((error: unknown) => error))).toBe(true)
    expect(isUnreachable(await server`select 1 / 0`.catch((error: unknown) => error))).toBe(false)
  } finally {
    await closed.end({ timeout: 5 })
    await server.unsafe(`drop database ${name}`)
    await server.end({ timeout: 5 })
  }
})
