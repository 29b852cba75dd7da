import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { samplePictureFile } from '#shared/sample-picture.ts'
import { pictureType } from '../rules/picture-type.ts'
import type { PictureDownloads } from './picture-downloads.ts'

export type ServedPicture = {
  body: Buffer
  type: string
  etag: string
  /** How long browsers may cache the picture. */
  maxAgeSeconds: number
}

const DAY_SECONDS = 86_400
/** For the placeholder of a picture that may exist soon: its file is missing or its download is queued. */
const SHORT_SECONDS = 60
const SAMPLE = new URL('../../../sample/pictures/', import.meta.url)

/** Serves pictures of products: downloaded copies, files of the sample, or a placeholder. */
export class Pictures {
  readonly #placeholder: Buffer
  readonly #downloads: PictureDownloads | undefined

  /** `placeholder` is an SVG document. Without `downloads`, it replaces all pictures except those of the sample. */
  constructor(placeholder: Buffer, downloads: PictureDownloads | undefined) {
    this.#placeholder = placeholder
    this.#downloads = downloads
  }

  /**
   * The picture with the URL `sourceUrl`; the placeholder for null, and while the file or copy is missing. Queues the
   * download of a missing copy.
   */
  async serve(sourceUrl: string | null): Promise<ServedPicture> {
    if (sourceUrl === null) return svg(this.#placeholder, DAY_SECONDS)
    const sampleFile = samplePictureFile(sourceUrl)
    if (sampleFile) {
      const body = await readFile(new URL(sampleFile, SAMPLE)).catch(() => undefined)
      return body ? svg(body, DAY_SECONDS) : svg(this.#placeholder, SHORT_SECONDS)
    }
    if (!this.#downloads || !sourceUrl.startsWith('https://')) return svg(this.#placeholder, DAY_SECONDS)
    const copy = await this.#downloads.find(sourceUrl)
    const type = copy && pictureType(copy)
    if (copy && type) return served(copy, type, DAY_SECONDS)
    this.#downloads.enqueue(sourceUrl)
    return svg(this.#placeholder, SHORT_SECONDS)
  }

  async close(): Promise<void> {
    await this.#downloads?.close()
  }
}

function svg(body: Buffer, maxAgeSeconds: number): ServedPicture {
  return served(body, 'image/svg+xml; charset=utf-8', maxAgeSeconds)
}

function served(body: Buffer, type: string, maxAgeSeconds: number): ServedPicture {
  return { body, type, etag: `"${createHash('sha1').update(body).digest('base64url')}"`, maxAgeSeconds }
}
