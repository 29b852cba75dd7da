import dns from 'node:dns'
import { expect, inject, it, type MockInstance, onTestFinished, vi } from 'vitest'
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

type Lookup = [host: string, options: object, found: (error: null, addresses: dns.LookupAddress[]) => void]

it('a refused connection to a host with two addresses is reported with both', async () => {
  const addresses = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ]
  const lookup = vi.spyOn(dns, 'lookup') as unknown as MockInstance<(...parameters: Lookup) => void>
  lookup.mockImplementation((_host, _options, found) => found(null, addresses))
  onTestFinished(() => lookup.mockRestore())
  const sql = openPool({ url: 'postgres://db.example.com:1/shop', max: 1, name: 'test' })
  onTestFinished(() => sql.end({ timeout: 1 }))
  await expect(sql`select 1`).rejects.toMatchObject({
    message: expect.stringMatching(/^connect \w+ ::1:1.*, connect ECONNREFUSED 127\.0\.0\.1:1$/),
    syscall: 'connect',
    port: 1,
  })
})
