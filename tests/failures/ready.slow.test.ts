import { execFileSync } from 'node:child_process'
import { realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { processesIn } from '#runtime/database/embedded/processes.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

/** The time limit of every answer, whatever the database does. */
const ANSWER_MS = 2000
const POLLING = { timeout: 20_000, interval: 200 }

async function ready(shop: ShopProcess): Promise<{ status: number; reason: string | undefined }> {
  const began = performance.now()
  const response = await fetch(`${shop.origin}/health/ready`)
  const { reason } = (await response.json()) as { reason?: string }
  expect(performance.now() - began).toBeLessThan(ANSWER_MS)
  return { status: response.status, reason }
}

describe.runIf(process.platform === 'linux')('/health/ready (on Linux only)', () => {
  it('answers in time while PostgreSQL hangs, and is 200 again when it resumes', async () => {
    const shop = await startShopProcess({ args: ['--no-sample'] })
    onTestFinished(async () => {
      await shop.stop()
      await removeDataDirectory(shop.dataDirectory)
    })
    const database = await processesIn(
      await realpath(join(shop.dataDirectory, 'postgres/cluster')),
      'postgres',
    )
    expect(database.length).toBeGreaterThan(1)
    expect(await ready(shop)).toEqual({ status: 200, reason: undefined })
    signal(database, 'SIGSTOP')
    onTestFinished(() => signal(database, 'SIGCONT'))
    const whileItHangs = await Promise.all([ready(shop), ready(shop), ready(shop)])
    for (const { status, reason } of whileItHangs) {
      expect(reason).toMatch(/^The database does not answer: no answer for 1.5 s/)
      expect(status).toBe(503)
    }
    expect((await ready(shop)).status).toBe(503)
    const environment = { PANDO_DATA: shop.dataDirectory, PANDO_PORT: new URL(shop.origin).port }
    const status = await runPando(['status'], environment)
    expect(status.output).toMatch(/^shop\.0 +not ready /m)
    expect(status.output).toMatch(/^shop\.0: The database does not answer/m)
    expect(status.code).toBe(1)
    for (const [command, message] of [
      [
        'migration status',
        /^pando: Cannot read the splits and merges: the database has not answered for 4 s\./m,
      ],
      ['staff list', /^pando: Cannot use the database pando at [\d.:]+: it has not answered for 4 s\./m],
    ] as const) {
      const commandBegan = performance.now()
      const { code, output } = await runPando(command.split(' '), environment)
      expect(output).toMatch(message)
      expect(output).toContain('Run "pando doctor" for details')
      expect(code).toBe(1)
      // On a busy machine, starting a command takes seconds
      expect(performance.now() - commandBegan).toBeLessThan(20_000)
    }
    const began = performance.now()
    const doctor = await runPando(['doctor'], environment)
    expect(doctor.output).toMatch(/^BAD +database .* process \d+: it does not answer \(it is stopped/m)
    // One timeout for the server, not one for each check in its databases
    expect(performance.now() - began).toBeLessThan(12_000)
    const remedy = /^ +-> resume it: (kill -CONT [\d ]+)$/m.exec(doctor.output)?.[1]
    expect(remedy).toBeDefined()
    execFileSync('sh', ['-c', remedy!])
    await vi.waitFor(async () => expect((await ready(shop)).status).toBe(200), POLLING)
  }, 90_000)
})

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

describe.runIf(isRoot)('/health/ready on a separate disk (as root only)', () => {
  it('is 503 while the disk is full, and 200 again when there is space', async () => {
    const dataDirectory = await makeDataDirectory()
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', dataDirectory])
    onTestFinished(async () => {
      execFileSync('/bin/umount', ['--lazy', dataDirectory])
      await removeDataDirectory(dataDirectory)
    })
    const shop = await startShopProcess({ dataDirectory, args: ['--no-sample'] })
    onTestFinished(async () => void (await shop.stop()))
    expect(await ready(shop)).toEqual({ status: 200, reason: undefined })
    const filler = join(dataDirectory, 'filler')
    await writeFile(filler, Buffer.alloc(1024 * 1024 * 1024)).catch(({ code }) => expect(code).toBe('ENOSPC'))
    await vi.waitFor(async () => {
      const { status, reason } = await ready(shop)
      expect(reason).toMatch(/^The database cannot write: .*No space left on device/)
      expect(status).toBe(503)
    }, POLLING)
    expect(await (await fetch(`${shop.origin}/health/live`)).json()).toEqual({ status: 'live' })
    await rm(filler)
    await vi.waitFor(async () => expect((await ready(shop)).status).toBe(200), POLLING)
    const cart = await new ApiClient(shop.origin).call('POST', '/carts', {})
    expect(cart.status).toBe(201)
  }, 90_000)
})

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      // Worker processes of PostgreSQL may have exited
      expect((error as NodeJS.ErrnoException).code).toBe('ESRCH')
    }
  }
}
