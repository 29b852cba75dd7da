import { lookup } from 'node:dns'
import type { IncomingMessage } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from '../rules/public-address.ts'

const MAX_BYTES = 5 * 1024 * 1024
const MAX_REDIRECTS = 3

/** Sends a GET request and resolves with its response: `https.get` as a promise. */
export type SendGet = (address: URL, options: RequestOptions) => Promise<IncomingMessage>

/**
 * Downloads at most 5 MB from an https address of the public internet, and follows up to three redirects to such
 * addresses. Throws for other addresses and statuses, and when `signal` aborts.
 */
export async function fetchPicture(
  address: string,
  signal: AbortSignal,
  sendGet: SendGet = getOverHttps,
): Promise<Buffer> {
  let url = checkedUrl(address)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const answer = await sendGet(url, { signal, lookup: lookupPublic, headers: HEADERS, agent: false })
    const { statusCode = 0, headers } = answer
    if (statusCode === 200) return await readLimited(answer)
    answer.destroy()
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
      throw new Error(`Cannot fetch ${url}: the server answered ${statusCode}`)
    }
    url = checkedUrl(headers.location, url)
  }
  throw new Error(`Cannot fetch ${address}: it redirects more than ${MAX_REDIRECTS} times`)
}

const HEADERS = { accept: 'image/avif, image/webp, image/png, image/jpeg, image/gif', 'user-agent': 'Pando' }

/** Checks numeric addresses here, as they are never resolved. `lookupPublic` checks names when they are resolved. */
function checkedUrl(address: string, base?: URL): URL {
  const url = URL.parse(address, base)
  if (url?.protocol !== 'https:') throw new Error(`Cannot fetch ${address}: it is not an https address`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !isPublicAddress(host))
    throw new Error(`Cannot fetch ${address}: it is not a public address`)
  if (url.username || url.password)
    throw new Error(`Cannot fetch ${url.host}: its address contains a user name or password`)
  return url
}

/**
 * Resolves a name and checks the addresses that the connection then uses, so that a second DNS answer cannot differ.
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const internal = addresses.find(({ address }) => !isPublicAddress(address))
    const first = addresses[0]
    if (internal || !first)
      return callback(new Error(`Cannot fetch from ${hostname}: it is not a public address`), [])
    if (options.all) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

function getOverHttps(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
}

async function readLimited(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BYTES) throw new Error(`Cannot keep the picture: it is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
