import { describe, expect, it } from 'vitest'
import type { Sql } from './pool.ts'
import { requireServerVersion } from './server-version.ts'

const server = (version: string, major: number) => (async () => [{ version, major }]) as unknown as Sql

describe('requireServerVersion()', () => {
  it('refuses PostgreSQL 15, on which modules could not move', async () => {
    await expect(requireServerVersion(server('15.18 (Debian)', 15))).rejects.toThrow(
      'Cannot use this database: PostgreSQL 15.18 (Debian) is too old; use PostgreSQL 16 or newer',
    )
  })

  it('accepts PostgreSQL 16 and newer, including betas', async () => {
    await requireServerVersion(server('16.0', 16))
    await requireServerVersion(server('19beta1', 19))
  })
})
