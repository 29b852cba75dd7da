import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readAssets } from '../services/assets.ts'
import { renderDocument } from '../views/document.ts'
import { fixturePages } from '../views/fixture-pages.ts'
import { frame } from '../views/fixtures.ts'
import { LONG_WORD, pagesWith } from '../views/user-text-pages.ts'

const pages = { ...fixturePages, ...pagesWith(LONG_WORD) }

/** Serves the fixture pages at `/<name>`, for tests with a browser but without a shop. `names` has all names. */
export async function openFixtureSite(): Promise<{ origin: string; names: string[]; close(): void }> {
  const assets = readAssets()
  const server = createServer((request, response) => {
    const name = request.url!.split('?')[0]!.slice(1)
    const asset = assets.find(name.replace('assets/', ''))
    if (asset) return response.setHeader('content-type', asset.type).end(asset.body)
    const page = pages[name]
    if (page) return response.setHeader('content-type', 'text/html').end(renderDocument(frame, page))
    response.setHeader('content-type', 'image/svg+xml').end(assets.find('no-picture.svg')!.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    names: Object.keys(pages),
    close: () => server.close(),
  }
}
