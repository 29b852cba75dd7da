import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { startDistributedShop } from './distributed-shop.ts'

it('a shop of many processes reports that it is ready only when it serves the sample catalogue', async () => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const starting = startDistributedShop({ port })
  onTestFinished(async () => (await starting).close())
  let isStarting = true
  starting.finally(() => {
    isStarting = false
  })
  const isReady = () =>
    fetch(`${origin}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    )
  while (isStarting && !(await isReady())) await pause(10)

  const listing = await fetch(`${origin}/api/v1/products?available=true`)
  const { items } = (await listing.json()) as { items: unknown[] }
  expect(listing.status).toBe(200)
  expect(items.length).toBeGreaterThan(0)
  const pages = ['/', '/cart'].map((path) => fetch(origin + path))
  for (const { status } of await Promise.all(pages)) expect(status).toBe(200)
}, 120_000)
