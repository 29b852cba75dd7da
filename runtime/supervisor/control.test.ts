import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { askShop, type Question } from './ask-shop.ts'
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

function ask(more: Partial<Question> = {}): Promise<unknown> {
  return askShop({
    dataDirectory,
    secret: async () => SECRET,
    operation: 'add',
    input: [1, 2],
    ...more,
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

it('answers who knows the secret, and tells how far it is before', async () => {
  await open()
  const progress: unknown[] = []
  expect(await ask({ onProgress: (each) => progress.push(each) })).toBe(3)
  expect(progress).toEqual([{ so: 'far' }])
  await expect(ask({ operation: 'refuse' })).rejects.toThrow(/^Cannot do that today$/)
  await expect(ask({ operation: 'fly' })).rejects.toThrow('this shop runs another version')
})

it('refuses who does not know the secret, and keeps its address to its user', async () => {
  await open()
  await expect(ask({ secret: async () => 'x'.repeat(40) })).rejects.toThrow('not signed with the secret')
  expect((await stat(join(dataDirectory, 'control.json'))).mode & 0o777).toBe(0o600)
})

it('says that nothing runs where nothing does, also when a killed one has left its address', async () => {
  await expect(ask()).rejects.toThrow(`none is running with the data folder ${dataDirectory}`)
  await open()
  const left = await readFile(join(dataDirectory, 'control.json'))
  await control!.close()
  await writeFile(join(dataDirectory, 'control.json'), left)
  await expect(ask()).rejects.toThrow('none is running')
})

it('says in a copy of the data folder whose record it is, and does nothing to that shop', async () => {
  await open()
  const copy = `${dataDirectory}-copy`
  await cp(dataDirectory, copy, { recursive: true })
  onTestFinished(() => rm(copy, { recursive: true }))
  await expect(ask({ dataDirectory: copy })).rejects.toThrow(
    `none is running with the data folder ${copy}. ${copy}/control.json is a copy: it belongs to the shop that process ${process.pid} runs with the data folder ${dataDirectory}`,
  )
})

/** A process that holds a shop, as far as the data folder tells. Answers how to end it. */
async function pretend(server: Server | HttpServer): Promise<() => Promise<void>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeControlRecord(dataDirectory, url)
  return () => new Promise((resolve) => server.close(() => resolve()))
}

it('says soon of a shop that hangs that it runs and does not answer, and what to do', async () => {
  // As the system does for a stopped process: it takes the connection
  const close = await pretend(createServer((socket) => socket.on('error', () => {}).resume()))
  await expect(ask({ patienceMs: 50 })).rejects.toThrow(
    /^Cannot ask the shop: .* \(pid \d+\) runs and does not answer\. .*"kill -CONT \d+".*"kill -9 \d+"/,
  )
  await close()
})

it('takes another program on the port of a killed shop for none', async () => {
  const close = await pretend(createHttpServer((_, response) => response.end('<p>Hello</p>')))
  await expect(ask()).rejects.toThrow('none is running')
  await close()
})

it('tells of a shop that stops answering amid what it does, waits for it, and takes its result', async () => {
  let isHung = false
  let goOn = () => {}
  const close = await pretend(
    createHttpServer((request, response) => {
      response.setHeader('content-type', 'application/x-ndjson')
      if (request.method === 'POST') {
        isHung = true
        response.write('{"progress":1}\n')
        goOn = () => response.end('{"result":2}\n')
      } else if (!isHung) response.end()
    }),
  )
  const words: string[] = []
  const onSilence = (said: string) => {
    words.push(said)
    goOn()
  }
  expect(await ask({ patienceMs: 50, onSilence })).toBe(2)
  expect(words).toEqual([expect.stringMatching(/^It is waited for, and .* \(pid \d+\) runs and does not/)])
  await close()
})
