import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
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
const PICTURE_URL = 'https://pictures.example/cup.png'
const PLACEHOLDER = Buffer.from('<svg/>')

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
  const placeholder = { body: PLACEHOLDER, type: 'image/svg+xml; charset=utf-8' }

  it('serves a file of the sample catalogue', async () => {
    const folder = new URL('../../../sample/pictures/', import.meta.url)
    const [name] = await readdir(folder)
    const { body, type } = await new Pictures(PLACEHOLDER, undefined).serve(`sample:${name}`)
    expect([body, type]).toEqual([await readFile(new URL(name!, folder)), 'image/svg+xml; charset=utf-8'])
  })

  it.each([
    ['a picture without a URL', null],
    ['a picture over plain http', 'http://pictures.example/cup.png'],
    ['a missing file of the sample', 'sample:no-such-picture.svg'],
    ['a file outside of the folder of the sample', 'sample:../drawing/../pictures/../catalogue.csv'],
    ['an encoded path', 'sample:..%2fcatalogue.csv'],
  ])('serves the placeholder for %s, and downloads nothing', async (_case, sourceUrl) => {
    const downloads = createDownloads()
    expect(await new Pictures(PLACEHOLDER, downloads).serve(sourceUrl)).toMatchObject(placeholder)
    await downloads.settled()
    expect(requested).toEqual([])
  })

  it('serves the placeholder until the picture is downloaded, then the copy, even after a restart', async () => {
    const downloads = createDownloads()
    const first = await new Pictures(PLACEHOLDER, downloads).serve(PICTURE_URL)
    expect(first).toMatchObject({ ...placeholder, maxAgeSeconds: 60 })
    await downloads.settled()
    const copy = await new Pictures(PLACEHOLDER, createDownloads()).serve(PICTURE_URL)
    expect([copy.type, copy.body, copy.maxAgeSeconds]).toEqual(['image/png', PNG, 86_400])
    expect(requested).toEqual([PICTURE_URL])
  })

  it('serves the placeholder for every https URL if downloads are off', async () => {
    expect(await new Pictures(PLACEHOLDER, undefined).serve(PICTURE_URL)).toMatchObject(placeholder)
  })
})

describe('PictureDownloads', () => {
  it('downloads once for many requests, and retries a failed download after an hour', async () => {
    const downloads = createDownloads()
    body = new Error('no network')
    for (let times = 0; times < 5; times++) downloads.enqueue(PICTURE_URL)
    await downloads.settled()
    clock.advance(3_599_000)
    downloads.enqueue(PICTURE_URL)
    await downloads.settled()
    expect(requested).toHaveLength(1)
    clock.advance(2000)
    body = PNG
    downloads.enqueue(PICTURE_URL)
    await downloads.settled()
    expect(requested).toHaveLength(2)
    expect(await downloads.find(PICTURE_URL)).toEqual(PNG)
  })

  it('keeps no file that is not a picture', async () => {
    const downloads = createDownloads()
    body = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    downloads.enqueue(PICTURE_URL)
    await downloads.settled()
    expect(requested).toHaveLength(1)
    expect(await downloads.find(PICTURE_URL)).toBeUndefined()
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
    const urls = [0, 1, 2, 3, 4].map((picture) => `https://pictures.example/${picture}.png`)
    for (const url of urls) downloads.enqueue(url)
    await downloads.settled()
    expect(requested).toEqual(urls)
    expect(await readdir(directory)).toHaveLength(5)
  })
})
