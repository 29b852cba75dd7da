import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { freePort } from '#runtime/base/ports.ts'
import { makeDataDirectory, removeDataDirectory } from '#tests/support/shop-process.ts'

/** A module that makes the launcher believe that it runs in an old Node.js, so that it starts another one. */
const OLD = `data:text/javascript,${encodeURIComponent(
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })`,
)}`
const PARENTS = {
  npm: ['npm', 'start', '--'],
  'the launcher': [process.execPath, '--import', OLD, 'cli/pando.mjs', 'start'],
}

let dataDirectory: string
beforeAll(async () => {
  dataDirectory = await makeDataDirectory()
})
afterAll(() => removeDataDirectory(dataDirectory))

const cases = Object.keys(PARENTS).flatMap((parent) =>
  (['SIGINT', 'SIGTERM', 'SIGKILL'] as const).map((signal) => [signal, parent] as const),
)

it.each(cases)(
  '%s to %s alone stops the shop',
  async (signal, parent) => {
    const port = await freePort()
    const [program, ...args] = PARENTS[parent as keyof typeof PARENTS]
    const child = spawn(program!, [...args, '--no-sample', '--port', String(port), '--data', dataDirectory], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PANDO_LOG: 'warn' },
      stdio: ['ignore', 'pipe', 'inherit'],
      // In its own process group, so that no other process gets the signal
      detached: true,
    })
    const closed = once(child.stdout!, 'close')
    try {
      await untilReady(child)
      child.kill(signal)
      // All started processes inherited it, so it closes when the last of them has exited
      await closed
      await vi.waitFor(() => expect(isAnswering(port)).resolves.toBe(false))
    } finally {
      killGroup(child)
    }
  },
  60_000,
)

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  let text = ''
  for await (const chunk of stdout!.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.includes('Ready in')) break
  }
  expect(text).toContain('Ready in')
  stdout!.resume()
}

function isAnswering(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/live`).then(
    () => true,
    () => false,
  )
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL')
  } catch {
    // All processes have exited
  }
}
