import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase } from '#tests/support/database.ts'
import { migrate } from '../database/migrate.ts'
import { openPool, type Pool } from '../database/pool.ts'
import { claimEntry, insertEntry, type JournalEntry, updateEntry } from './journal.ts'

const till = {
  name: 'till',
  directory: fileURLToPath(new URL('../../tests/fixtures/modules/till/migrations', import.meta.url)),
}
const RUNNER = 'shop.0/run_1'
const NOW = new Date()

let database: Awaited<ReturnType<typeof createDatabase>>
let sql: Pool
beforeEach(async () => {
  database = await createDatabase()
  sql = openPool({ url: database.url, max: 1, name: 'test' })
  await migrate(sql, [till])
})
afterEach(async () => {
  await sql.end({ timeout: 5 })
  await database.drop()
})

describe('claimEntry()', () => {
  it('marks a running workflow with an ended lease as uncertain, permanently; a waiting one stays certain', async () => {
    await insertWaiting()
    const waited = await claim()
    expect(waited).toMatchObject({ status: 'running', isUncertain: false })
    const takenOver = await claim()
    expect(takenOver.isUncertain).toBe(true)
    expect(await sql`select uncertain, state from till.pando_workflow`).toEqual([
      { uncertain: true, state: { sale: 'sale_1' } },
    ])
    await updateEntry(sql, 'till', { ...takenOver, status: 'waiting' }, RUNNER)
    expect(await claim()).toMatchObject({ isUncertain: true, state: { sale: 'sale_1' } })
  })
})

async function insertWaiting(): Promise<void> {
  const entry: JournalEntry = {
    id: 'wf_1',
    name: 'sell',
    status: 'waiting',
    version: 1,
    nextStep: 1,
    state: { sale: 'sale_1' },
    answer: null,
    failure: null,
    attempts: 0,
    isUncertain: false,
    wakeAt: NOW,
    deadlineAt: NOW,
  }
  await insertEntry(sql, 'till', entry, undefined, RUNNER)
}

/** Takes the workflow with a lease that ends at once. */
async function claim(): Promise<JournalEntry> {
  return (await claimEntry(sql, 'till', 'wf_1', { runner: RUNNER, version: 1, now: NOW, leaseUntil: NOW }))!
}
