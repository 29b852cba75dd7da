import { lookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from '../rules/public-address.ts'

const MAX_BYTES = 5 * 1024 * 1024
const MAX_REDIRECTS = 3

/** Sends a GET request and resolves with the head of its response: `https.get` as a promise. */
export type SendGet = (url: URL, options: RequestOptions) => Promise<IncomingMessage>

/**
 * Downloads at most 5 MiB from an https URL on the public internet, and follows up to three redirects to URLs of this
 * kind. Throws for other URLs, for a status other than 200, for more bytes, and when `signal` aborts.
 */
export async function fetchPicture(
  pictureUrl: string,
  signal: AbortSignal,
  sendGet: SendGet = getOverHttps,
): Promise<Buffer> {
  let url = checkedUrl(pictureUrl)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await sendGet(url, { signal, lookup: lookupPublic, headers: HEADERS, agent: false })
    const { statusCode = 0, headers } = response
    if (statusCode === 200) return await readLimited(response)
    response.destroy()
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
      throw new Error(`Cannot fetch ${url}: the server answered ${statusCode}`)
    }
    url = checkedUrl(headers.location, url)
  }
  throw new Error(`Cannot fetch ${pictureUrl}: it redirects more than ${MAX_REDIRECTS} times`)
}

const HEADERS = { accept: 'image/avif, image/webp, image/png, image/jpeg, image/gif', 'user-agent': 'Pando' }

/** Parses and checks a URL. A host name is only checked when it is resolved, by `lookupPublic`. */
function checkedUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base)
  if (url?.protocol !== 'https:') throw new Error(`Cannot fetch ${text}: it is not an https URL`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isPublicAddress(host))
    throw new Error(`Cannot fetch ${text}: its host is not a public address`)
  if (url.username || url.password)
    throw new Error(`Cannot fetch from ${url.host}: the URL contains a user name or password`)
  return url
}

/**
 * Resolves a host name, and fails if any of its IP addresses is not public. The connection uses the checked addresses, so
 * that no second DNS answer can replace them.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const internal = addresses.find(({ address }) => !isPublicAddress(address))
    const first = addresses[0]
    if (internal || !first)
      return callback(new Error(`Cannot fetch from ${hostname}: it does not have a public address`), [])
    if (options.all) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

function getOverHttps(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
}

async function readLimited(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`Cannot keep the picture: it is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
