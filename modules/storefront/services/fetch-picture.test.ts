import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fetchPicture, lookupPublic, type SendGet } from './fetch-picture.ts'

const PICTURE = 'https://pictures.example/cup.png'
const never = new AbortController().signal

let server: Server
let answer: RequestListener
let requested: string[]

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())
beforeEach(() => {
  requested = []
})

/** Replaces the network: every host name leads to the test's server, without encryption. */
const sendGet: SendGet = (url, { signal }) => {
  requested.push(url.href)
  const { port } = server.address() as AddressInfo
  const options = { port, path: url.pathname, signal, agent: false as const }
  return new Promise<IncomingMessage>((resolve, reject) => {
    get(options, resolve).on('error', reject)
  })
}

describe('fetchPicture()', () => {
  it('returns the bytes, and follows redirects', async () => {
    answer = (request, response) => {
      if (request.url === '/cup.png') response.writeHead(302, { location: '/moved.png' }).end()
      else response.end('the picture')
    }
    expect(String(await fetchPicture(PICTURE, never, sendGet))).toBe('the picture')
    expect(requested).toEqual([PICTURE, 'https://pictures.example/moved.png'])
  })

  it.each([
    'http://pictures.example/cup.png',
    'file:///etc/passwd',
    'https://127.0.0.1/cup.png',
    'https://[::1]/cup.png',
    'https://2130706433/cup.png',
    'https://0x7f.1/cup.png',
    'https://169.254.169.254/latest/meta-data',
    'https://user:password@pictures.example/cup.png',
    'cup.png',
  ])('sends no request to %s, neither directly nor after a redirect', async (url) => {
    answer = (_request, response) => response.writeHead(302, { location: url }).end()
    await expect(fetchPicture(url, never, sendGet)).rejects.toThrow(/^Cannot fetch/)
    expect(requested).toEqual([])
    // As a redirect target, a relative URL is valid
    if (url === 'cup.png') return
    await expect(fetchPicture(PICTURE, never, sendGet)).rejects.toThrow(/^Cannot fetch/)
    expect(requested).toEqual([PICTURE])
  })

  it('fails at the fourth redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(fetchPicture(PICTURE, never, sendGet)).rejects.toThrow('more than 3 times')
    expect(requested).toHaveLength(4)
  })

  it('fails for a status other than 200', async () => {
    answer = (_request, response) => response.writeHead(404).end('not here')
    await expect(fetchPicture(PICTURE, never, sendGet)).rejects.toThrow('the server answered 404')
  })

  it('accepts at most 5 MiB', async () => {
    const limit = 5 * 1024 * 1024
    answer = (_request, response) => response.end(Buffer.alloc(limit))
    expect(await fetchPicture(PICTURE, never, sendGet)).toHaveLength(limit)
    answer = (_request, response) => response.end(Buffer.alloc(limit + 1))
    await expect(fetchPicture(PICTURE, never, sendGet)).rejects.toThrow('larger than 5242880 bytes')
  })

  it('fails when the signal aborts in the middle of a response', async () => {
    const abort = new AbortController()
    answer = (_request, response) => response.write('the first half', () => abort.abort())
    await expect(fetchPicture(PICTURE, abort.signal, sendGet)).rejects.toThrow()
  })
})

describe('lookupPublic()', () => {
  function lookUp(hostname: string) {
    return new Promise((resolve, reject) => {
      lookupPublic(hostname, { all: true }, (error, addresses) =>
        error ? reject(error) : resolve(addresses),
      )
    })
  }

  it('refuses a name of this machine', async () => {
    await expect(lookUp('localhost')).rejects.toThrow('not have a public address')
  })

  it('accepts a public address', async () => {
    await expect(lookUp('8.8.8.8')).resolves.toEqual([{ address: '8.8.8.8', family: 4 }])
  })
})
