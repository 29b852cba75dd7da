import { mkdtemp, readdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '#runtime/base/log.ts'
import { TestClock } from '#tests/support/clock.ts'
import { PictureDownloads } from './picture-downloads.ts'
import { Pictures } from './pictures.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\nthe rest', 'latin1')
const facts = { productTitle: 'Cup', productType: 'Tableware', sourceUrl: 'https://pictures.example/cup.png' }

let directory: string
let clock: TestClock
let requested: string[]
let body: Buffer | Error
let waiting: PromiseWithResolvers<void> | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pando-pictures-'))
  clock = new TestClock()
  requested = []
  body = PNG
  waiting = undefined
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function createDownloads(): PictureDownloads {
  return new PictureDownloads({
    directory,
    log: createLog({ level: 'silent' }),
    now: () => clock.now(),
    async sendGet(url) {
      requested.push(url.href)
      await waiting?.promise
      if (body instanceof Error) throw body
      return Object.assign(Readable.from([body]), {
        statusCode: 200,
        headers: {},
      }) as unknown as IncomingMessage
    },
  })
}

describe('Pictures', () => {
  it('draws the same picture each time if there is no original', async () => {
    const pictures = new Pictures(createDownloads())
    const first = await pictures.serve('pic_1', { ...facts, sourceUrl: null })
    expect([first.type, String(first.body).slice(0, 4)]).toEqual(['image/svg+xml; charset=utf-8', '<svg'])
    expect(await new Pictures(undefined).serve('pic_1', facts)).toEqual(first)
    expect(
      (await pictures.serve('pic_1', { ...facts, sourceUrl: null, productTitle: 'Chair' })).etag,
    ).not.toBe(first.etag)
    expect(requested).toEqual([])
  })

  it('draws a picture until the original is downloaded, and serves the copy even after a restart', async () => {
    const downloads = createDownloads()
    const drawn = await new Pictures(downloads).serve('pic_1', facts)
    expect([drawn.type, drawn.maxAgeSeconds]).toEqual(['image/svg+xml; charset=utf-8', 60])
    await downloads.settled()
    const copy = await new Pictures(createDownloads()).serve('pic_1', facts)
    expect([copy.type, copy.body, copy.maxAgeSeconds]).toEqual(['image/png', PNG, 86_400])
    expect(requested).toEqual([facts.sourceUrl])
  })

  it('downloads no original over plain http', async () => {
    const downloads = createDownloads()
    await new Pictures(downloads).serve('pic_1', { ...facts, sourceUrl: 'http://pictures.example/cup.png' })
    await downloads.settled()
    expect(requested).toEqual([])
  })
})

describe('PictureDownloads', () => {
  it('downloads once for many requests, and retries after an hour if that failed', async () => {
    const downloads = createDownloads()
    body = new Error('no network')
    for (let times = 0; times < 5; times++) downloads.enqueue(facts.sourceUrl)
    await downloads.settled()
    clock.advance(3_599_000)
    downloads.enqueue(facts.sourceUrl)
    await downloads.settled()
    expect(requested).toHaveLength(1)
    clock.advance(2000)
    body = PNG
    downloads.enqueue(facts.sourceUrl)
    await downloads.settled()
    expect(requested).toHaveLength(2)
    expect(await downloads.find(facts.sourceUrl)).toEqual(PNG)
  })

  it('keeps nothing that is not a picture', async () => {
    const downloads = createDownloads()
    body = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    downloads.enqueue(facts.sourceUrl)
    await downloads.settled()
    expect(requested).toHaveLength(1)
    expect(await downloads.find(facts.sourceUrl)).toBeUndefined()
    expect(await readdir(directory)).toEqual([])
  })

  it('runs at most two downloads at a time, and aborts them when it closes', async () => {
    const downloads = createDownloads()
    waiting = Promise.withResolvers<void>()
    for (let picture = 0; picture < 5; picture++) downloads.enqueue(`https://pictures.example/${picture}.png`)
    expect(requested).toHaveLength(2)
    const closed = downloads.close()
    waiting.reject(new Error('aborted'))
    await closed
    downloads.enqueue('https://pictures.example/late.png')
    expect(requested).toHaveLength(2)
  })

  it('downloads all in the order of the queue', async () => {
    const downloads = createDownloads()
    const addresses = [0, 1, 2, 3, 4].map((picture) => `https://pictures.example/${picture}.png`)
    for (const address of addresses) downloads.enqueue(address)
    await downloads.settled()
    expect(requested).toEqual(addresses)
    expect(await readdir(directory)).toHaveLength(5)
  })
})
