import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { askShop, type ShopRequest } from './ask-shop.ts'
import { openControl } from './control.ts'
import { writeControlRecord } from './control-record.ts'

const SECRET = 's'.repeat(40)
let dataDirectory: string
let control: { close(): Promise<void> } | undefined
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'pando-control-'))
})
afterEach(async () => {
  await control?.close()
  control = undefined
  await rm(dataDirectory, { recursive: true })
})

function ask(changes: Partial<ShopRequest> = {}): Promise<unknown> {
  return askShop({
    dataDirectory,
    secret: async () => SECRET,
    operation: 'add',
    input: [1, 2],
    ...changes,
  })
}

async function open(): Promise<void> {
  control = await openControl(dataDirectory, SECRET, {
    add: async ([a, b]: [number, number], onProgress) => {
      onProgress({ so: 'far' })
      return a + b
    },
    refuse: async (_input: never, onProgress: (progress: unknown) => void) => {
      onProgress(1)
      throw new Error('Cannot do that today')
    },
  })
}

it('sends the progress and then the result or error of an operation, and refuses an unknown one', async () => {
  await open()
  const progress: unknown[] = []
  expect(await ask({ onProgress: (each) => progress.push(each) })).toBe(3)
  expect(progress).toEqual([{ so: 'far' }])
  await expect(ask({ operation: 'refuse' })).rejects.toThrow(/^Cannot do that today$/)
  await expect(ask({ operation: 'fly' })).rejects.toThrow('it runs another version')
})

it('refuses a request signed with another secret, and lets only its user read the control record', async () => {
  await open()
  await expect(ask({ secret: async () => 'x'.repeat(40) })).rejects.toThrow('not signed with the secret')
  expect((await stat(join(dataDirectory, 'control.json'))).mode & 0o777).toBe(0o600)
})

it('says that no shop is running, even when a killed one has left its control record', async () => {
  await expect(ask()).rejects.toThrow(`no shop is running with the data folder ${dataDirectory}`)
  await open()
  const record = await readFile(join(dataDirectory, 'control.json'))
  await control!.close()
  await writeFile(join(dataDirectory, 'control.json'), record)
  await expect(ask()).rejects.toThrow('no shop is running')
})

it('says to which shop the record in a copied data folder belongs, and does not contact it', async () => {
  await open()
  const copy = `${dataDirectory}-copy`
  await cp(dataDirectory, copy, { recursive: true })
  onTestFinished(() => rm(copy, { recursive: true }))
  await expect(ask({ dataDirectory: copy })).rejects.toThrow(
    `no shop is running with the data folder ${copy}. ${copy}/control.json is a copy: it belongs to the shop that process ${process.pid} runs with the data folder ${dataDirectory}`,
  )
})

/** Starts a server, and writes its address into the control record. Returns a function that closes it. */
async function serveAsShop(server: Server | HttpServer): Promise<() => Promise<void>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeControlRecord(dataDirectory, url)
  return () => new Promise((resolve) => server.close(() => resolve()))
}

it('says after the timeout that a shop that hangs does not answer, and what to do', async () => {
  // The connection is accepted but never answered, as for a stopped process
  const close = await serveAsShop(createServer((socket) => socket.on('error', () => {}).resume()))
  await expect(ask({ timeoutMs: 50 })).rejects.toThrow(
    /^Cannot ask the shop: .* \(pid \d+\) runs but does not answer\. .*"kill -CONT \d+".*"kill -9 \d+"/,
  )
  await close()
})

it('recognises another program on the port of a killed shop', async () => {
  const close = await serveAsShop(createHttpServer((_, response) => response.end('<p>Hello</p>')))
  await expect(ask()).rejects.toThrow('no shop is running')
  await close()
})

it('reports a shop that stops answering during an operation, waits for it, and returns its result', async () => {
  let isHung = false
  let finish = () => {}
  const close = await serveAsShop(
    createHttpServer((request, response) => {
      response.setHeader('content-type', 'application/x-ndjson')
      if (request.method === 'POST') {
        isHung = true
        response.write('{"progress":1}\n')
        finish = () => response.end('{"result":2}\n')
      } else if (!isHung) response.end()
    }),
  )
  const messages: string[] = []
  const onSilence = (message: string) => {
    messages.push(message)
    finish()
  }
  expect(await ask({ timeoutMs: 50, onSilence })).toBe(2)
  expect(messages).toEqual([expect.stringMatching(/^Waiting for the shop: .* \(pid \d+\) runs but does not/)])
  await close()
})
