import { createHash } from 'node:crypto'
import { productPicture } from '../pictures/product-picture.ts'
import { pictureType } from '../rules/picture-type.ts'
import type { PictureDownloads } from './picture-downloads.ts'

const MAX_KEPT_DRAWINGS = 200

export type PictureFacts = {
  productTitle: string
  productType: string
  sourceUrl: string | null
  firstOptions?: readonly { name: string; value: string }[] | undefined
}

export type ServedPicture = {
  body: Buffer
  type: string
  etag: string
  /** How long browsers may cache it. */
  maxAgeSeconds: number
}

const DAY_SECONDS = 86_400
/** For a drawing that is shown until the original is downloaded. */
const SHORT_SECONDS = 60

/** Serves pictures of products: copies of the originals, or drawings for products without one. */
export class Pictures {
  readonly #downloads: PictureDownloads | undefined
  readonly #drawn = new Map<string, Omit<ServedPicture, 'maxAgeSeconds'>>()

  /** Without `downloads`, all pictures are drawings. */
  constructor(downloads: PictureDownloads | undefined) {
    this.#downloads = downloads
  }

  async serve(pictureId: string, facts: PictureFacts): Promise<ServedPicture> {
    const { sourceUrl } = facts
    const original = this.#downloads && sourceUrl?.startsWith('https://') ? sourceUrl : undefined
    if (original === undefined) return { ...this.#draw(pictureId, facts), maxAgeSeconds: DAY_SECONDS }
    const copy = await this.#downloads?.find(original)
    const type = copy && pictureType(copy)
    if (copy && type) return { body: copy, type, etag: etagOf(copy), maxAgeSeconds: DAY_SECONDS }
    this.#downloads?.enqueue(original)
    return { ...this.#draw(pictureId, facts), maxAgeSeconds: SHORT_SECONDS }
  }

  async close(): Promise<void> {
    await this.#downloads?.close()
  }

  #draw(pictureId: string, { productTitle: title, productType: kind, firstOptions = [] }: PictureFacts) {
    const key = JSON.stringify([pictureId, title, kind, firstOptions])
    const kept = this.#drawn.get(key)
    if (kept) return kept
    const body = Buffer.from(productPicture(pictureId, title, kind, firstOptions))
    const drawn = { body, type: 'image/svg+xml; charset=utf-8', etag: etagOf(body) }
    this.#drawn.set(key, drawn)
    if (this.#drawn.size > MAX_KEPT_DRAWINGS) this.#drawn.delete(this.#drawn.keys().next().value!)
    return drawn
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`
}
