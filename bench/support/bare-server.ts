import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

// The limit for reading: a node:http server that only sends the bytes of a file, with the same content type.
const [path = '', type = 'application/octet-stream'] = process.argv.slice(2)
const body = readFileSync(path)
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () =>
  console.log(`bare server at http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
process.on('SIGTERM', () => process.exit(0))
