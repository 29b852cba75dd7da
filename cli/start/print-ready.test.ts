import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { readConfig } from '#runtime/process/config.ts'
import { printReady } from './print-ready.ts'

it.each([
  [200, true],
  [404, false],
])('with a mailbox that answers %i, its address is printed: %s', async (status, isPrinted) => {
  const shop = createServer(({ url }, response) =>
    response.writeHead(url === '/mailbox' ? status : 500).end(),
  ).listen(0, '127.0.0.1')
  onTestFinished(() => void shop.close())
  await once(shop, 'listening')
  const { port } = shop.address() as AddressInfo
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(line))
  onTestFinished(() => log.mockRestore())
  await printReady(readConfig({ PANDO_PORT: String(port), PANDO_HOST: '0.0.0.0' }, []), performance.now())
  expect(printed.join('\n')).toContain(`http://localhost:${port}/api/docs`)
  expect(printed.join('\n').includes(`http://localhost:${port}/mailbox`)).toBe(isPrinted)
})
