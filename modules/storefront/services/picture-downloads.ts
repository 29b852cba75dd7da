import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '#runtime/base/log.ts'
import { pictureType } from '../rules/picture-type.ts'
import { fetchPicture, type SendGet } from './fetch-picture.ts'

const AT_ONCE = 2
const WAITING_MAX = 500
const TIMEOUT_MS = 5000
const TRY_AGAIN_AFTER_MS = 3_600_000
const REMEMBERED_TRIES_MAX = 10_000

export type PictureDownloadsOptions = {
  directory: string
  log: Log
  now: () => Date
  sendGet?: SendGet
}

/**
 * Copies of pictures from elsewhere, in a folder. Nobody waits for a download: who asks for a picture that is not
 * here starts one, if the last try is an hour ago, and gets the copy the next time.
 */
export class PictureDownloads {
  readonly #options: PictureDownloadsOptions
  readonly #triedAt = new Map<string, number>()
  readonly #waiting: string[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(options: PictureDownloadsOptions) {
    this.#options = options
  }

  /** The copy of the picture at this address, if it is here. */
  async find(address: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#pathOf(address))
    } catch {
      return undefined
    }
  }

  /** Sees to it that there is a copy some time. */
  want(address: string): void {
    const now = this.#options.now().getTime()
    const triedAt = this.#triedAt.get(address)
    if (triedAt !== undefined && now - triedAt < TRY_AGAIN_AFTER_MS) return
    if (this.#waiting.length >= WAITING_MAX || this.#closing.signal.aborted) return
    this.#triedAt.delete(address)
    this.#triedAt.set(address, now)
    if (this.#triedAt.size > REMEMBERED_TRIES_MAX) this.#triedAt.delete(this.#triedAt.keys().next().value!)
    this.#waiting.push(address)
    this.#startNext()
  }

  /** Resolves when no download is under way or waits. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** Ends all downloads. */
  async close(): Promise<void> {
    this.#waiting.length = 0
    this.#closing.abort()
    await this.settled()
  }

  #startNext(): void {
    const address = this.#running.size < AT_ONCE ? this.#waiting.shift() : undefined
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
    if (pictureType(bytes) === undefined) throw new Error('it is no picture')
    await mkdir(this.#options.directory, { recursive: true })
    const path = this.#pathOf(address)
    // Put into place whole, so that nobody reads half a picture.
    await writeFile(`${path}.part`, bytes)
    await rename(`${path}.part`, path)
  }

  #pathOf(address: string): string {
    return join(this.#options.directory, createHash('sha256').update(address).digest('hex'))
  }
}
