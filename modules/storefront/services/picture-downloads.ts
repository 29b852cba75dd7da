import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '#runtime/base/log.ts'
import { pictureType } from '../rules/picture-type.ts'
import { fetchPicture, type SendGet } from './fetch-picture.ts'

const MAX_RUNNING = 2
const MAX_QUEUED = 500
const TIMEOUT_MS = 5000
const RETRY_AFTER_MS = 3_600_000
/** Bounds the memory. A download whose attempt was forgotten may be retried earlier. */
const MAX_REMEMBERED_ATTEMPTS = 10_000

export type PictureDownloadsOptions = {
  /** Is created with the first picture. */
  directory: string
  log: Log
  now: () => Date
  /** For tests. Default: over https. */
  sendGet?: SendGet
}

/**
 * Downloads pictures in the background and keeps copies in a folder. The request for a picture does not wait for its
 * download: later requests get the copy. A failed download is retried an hour after it was queued at the earliest.
 */
export class PictureDownloads {
  readonly #options: PictureDownloadsOptions
  readonly #attemptedAt = new Map<string, number>()
  readonly #queue: string[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: PictureDownloadsOptions) {
    this.#options = options
  }

  /** The copy of the picture from this URL; undefined if there is none. */
  async find(url: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#pathOf(url))
    } catch {
      return undefined
    }
  }

  /** Queues a download, unless one was queued less than an hour ago, the queue is full, or downloads are closed. */
  enqueue(url: string): void {
    const now = this.#options.now().getTime()
    const attemptedAt = this.#attemptedAt.get(url)
    if (attemptedAt !== undefined && now - attemptedAt < RETRY_AFTER_MS) return
    if (this.#queue.length >= MAX_QUEUED || this.#closing.signal.aborted) return
    // Moves the URL to the end of the map: the first one is the oldest attempt and is forgotten
    this.#attemptedAt.delete(url)
    this.#attemptedAt.set(url, now)
    if (this.#attemptedAt.size > MAX_REMEMBERED_ATTEMPTS)
      this.#attemptedAt.delete(this.#attemptedAt.keys().next().value!)
    this.#queue.push(url)
    this.#startNext()
  }

  /** Resolves when no download is running or queued. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** Aborts the running downloads, drops the queued ones, and accepts no more. */
  async close(): Promise<void> {
    this.#queue.length = 0
    this.#closing.abort()
    await this.settled()
  }

  #startNext(): void {
    const url = this.#running.size < MAX_RUNNING ? this.#queue.shift() : undefined
    if (url === undefined) return
    const work = this.#download(url)
      .catch((error: unknown) =>
        this.#options.log.debug({ url, error: String(error) }, 'picture not fetched'),
      )
      .finally(() => {
        this.#running.delete(work)
        this.#startNext()
      })
    this.#running.add(work)
  }

  async #download(url: string): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const bytes = await fetchPicture(url, signal, this.#options.sendGet)
    if (pictureType(bytes) === undefined)
      throw new Error(`Cannot keep ${url}: it is not a picture of a known type`)
    await mkdir(this.#options.directory, { recursive: true })
    const path = this.#pathOf(url)
    // The complete file is renamed, so that no request reads a part of a picture.
    await writeFile(`${path}.part`, bytes)
    await rename(`${path}.part`, path)
  }

  #pathOf(url: string): string {
    return join(this.#options.directory, createHash('sha256').update(url).digest('hex'))
  }
}
