import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const files = {
  'shop.css': 'text/css; charset=utf-8',
  'shop.js': 'text/javascript; charset=utf-8',
  'favicon.svg': 'image/svg+xml; charset=utf-8',
  'no-picture.svg': 'image/svg+xml; charset=utf-8',
} as const

export type Assets = {
  /** A hash of all files. It is part of their URLs, so that browsers can cache them permanently. */
  version: string
  /** The file with this name, such as `shop.css`; undefined if there is none. */
  find(name: string): { body: Buffer; type: string } | undefined
}

/** Reads the style sheet, the script and the pictures of the pages into memory. */
export function readAssets(): Assets {
  const assets = new Map<string, { body: Buffer; type: string }>()
  const hash = createHash('sha256')
  for (const [name, type] of Object.entries(files)) {
    const body = readFileSync(new URL(`../assets/${name}`, import.meta.url))
    assets.set(name, { body, type })
    hash.update(body)
  }
  return { version: hash.digest('base64url').slice(0, 12), find: (name) => assets.get(name) }
}
