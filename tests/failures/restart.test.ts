import { createServer } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { ApiClient } from '#tests/support/api-client.ts'
import {
  makeDataDirectory,
  removeDataDirectory,
  runPando,
  type ShopProcess,
  startShopProcess,
} from '#tests/support/shop-process.ts'

const directories: string[] = []

async function dataDirectory(): Promise<string> {
  const directory = await makeDataDirectory()
  directories.push(directory)
  return directory
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a shop process', () => {
  afterAll(() => Promise.all(directories.map(removeDataDirectory)))

  it('runs next to another one with its own data, and ends with code 0 at Ctrl-C while requests are running', async () => {
    const shops: ShopProcess[] = []
    try {
      for (let i = 0; i < 2; i++) shops.push(await startShopProcess({ dataDirectory: await dataDirectory() }))
      const [one, two] = shops as [ShopProcess, ShopProcess]
      expect(one.output()).toContain(`Shop      http://localhost:${one.port}`)
      const cart = await new ApiClient(one.origin).call('POST', '/carts', {})
      const elsewhere = await new ApiClient(two.origin).call('GET', `/carts/${cart.body.id}`, undefined, {
        authorization: `Bearer ${cart.body.token}`,
      })
      expect(elsewhere.status).toBe(404)

      const running = Array.from({ length: 20 }, () => new ApiClient(one.origin).call('POST', '/carts', {}))
      // The first answer shows that the requests have arrived
      await Promise.race(running)
      const stopping = one.stop()
      const answers = await Promise.allSettled(running)
      expect(await stopping, one.output()).toBe(0)
      for (const answer of answers) {
        if (answer.status === 'fulfilled') expect([201, 503]).toContain(answer.value.status)
      }
      expect(isAlive(one.pid)).toBe(false)
    } finally {
      await Promise.all(shops.map((shop) => shop.kill()))
    }
  }, 120_000)

  it('refuses a second shop with the same data directory, and names the process that uses it', async () => {
    const directory = await dataDirectory()
    const shop = await startShopProcess({ dataDirectory: directory, args: ['--no-sample'] })
    try {
      const second = await runPando(['start', '--port', String(await freePort()), '--data', directory])
      expect(second.code).toBe(1)
      expect(second.output).toContain(String(shop.pid))
      expect(second.output).toMatch(/PANDO_DATA/)
      // Commands work while the shop runs
      const audit = await runPando(['audit'], { PANDO_DATA: directory })
      expect(audit).toMatchObject({ code: 0, output: expect.stringContaining('All is well') })
    } finally {
      await shop.kill()
    }
    const audit = await runPando(['audit'], { PANDO_DATA: directory })
    expect(audit).toMatchObject({ code: 0, output: expect.stringContaining('All is well') })
  }, 120_000)

  it('says what to do when another program uses its port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { code, output } = await runPando([
      'start',
      '--no-sample',
      '--port',
      String(port),
      '--data',
      await dataDirectory(),
    ])
    server.close()
    expect(code).toBe(1)
    expect(output).toContain(`Cannot listen on port ${port}: another program uses it`)
    expect(output).toContain(`PANDO_PORT=${port + 1}`)
  }, 60_000)

  it('lists all invalid settings at once and starts nothing', async () => {
    const { code, output } = await runPando(['start'], {
      PANDO_PORT: 'many',
      PANDO_LOG: 'loud',
      DATABASE_URL: 'mysql://x',
      PANDO_DATA: await dataDirectory(),
    })
    expect(code).toBe(1)
    for (const wrong of ['PANDO_PORT "many"', 'PANDO_LOG "loud"', 'DATABASE_URL'])
      expect(output).toContain(wrong)
    expect(output).not.toContain('mysql://x')
  })
})
