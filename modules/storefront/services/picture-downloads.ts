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
const MAX_REMEMBERED_ATTEMPTS = 10_000

export type PictureDownloadsOptions = {
  directory: string
  log: Log
  now: () => Date
  sendGet?: SendGet
}

/**
 * Downloads pictures in the background and keeps copies in a folder. Requests do not wait for a download: the copy
 * serves later ones. A failed download is retried an hour later at the earliest.
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

  /** The copy of the picture from this address, if there is one. */
  async find(address: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#pathOf(address))
    } catch {
      return undefined
    }
  }

  /** Queues a download, unless the last attempt was less than an hour ago or the queue is full. */
  enqueue(address: string): void {
    const now = this.#options.now().getTime()
    const attemptedAt = this.#attemptedAt.get(address)
    if (attemptedAt !== undefined && now - attemptedAt < RETRY_AFTER_MS) return
    if (this.#queue.length >= MAX_QUEUED || this.#closing.signal.aborted) return
    // Moves the address to the end of the map, whose first address is forgotten
    this.#attemptedAt.delete(address)
    this.#attemptedAt.set(address, now)
    if (this.#attemptedAt.size > MAX_REMEMBERED_ATTEMPTS)
      this.#attemptedAt.delete(this.#attemptedAt.keys().next().value!)
    this.#queue.push(address)
    this.#startNext()
  }

  /** Resolves when no download is running or queued. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** Aborts all downloads. */
  async close(): Promise<void> {
    this.#queue.length = 0
    this.#closing.abort()
    await this.settled()
  }

  #startNext(): void {
    const address = this.#running.size < MAX_RUNNING ? this.#queue.shift() : undefined
    if (address === undefined) return
    const work = this.#download(address)
      .catch((error: unknown) =>
        this.#options.log.debug({ address, error: String(error) }, 'picture not fetched'),
      )
      .finally(() => {
        this.#running.delete(work)
        this.#startNext()
      })
    this.#running.add(work)
  }

  async #download(address: string): Promise<void> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(TIMEOUT_MS)])
    const bytes = await fetchPicture(address, signal, this.#options.sendGet)
    if (pictureType(bytes) === undefined) throw new Error('it is not a picture')
    await mkdir(this.#options.directory, { recursive: true })
    const path = this.#pathOf(address)
    // Renamed when it is complete, so that no request reads a part of a picture.
    await writeFile(`${path}.part`, bytes)
    await rename(`${path}.part`, path)
  }

  #pathOf(address: string): string {
    return join(this.#options.directory, createHash('sha256').update(address).digest('hex'))
  }
}
