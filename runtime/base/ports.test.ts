import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { freePort, isFree } from './ports.ts'

it('freePort() returns a port on which nothing listens, below the range of outgoing connections', async () => {
  const port = await freePort()
  expect(port).toBeGreaterThanOrEqual(1024)
  expect(port).toBeLessThan(32_768)
  const server = createServer()
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  )
  expect(await isFree(port)).toBe(false)
  await new Promise((resolve) => server.close(resolve))
  expect(await isFree(port)).toBe(true)
})
