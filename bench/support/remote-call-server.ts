import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '#runtime/base/log.ts'
import { Versions } from '#runtime/cache/versions.ts'
import { Dispatcher } from '#runtime/call/dispatch.ts'
import { hostAlone } from '#runtime/call/testing.ts'
import { defineModule } from '#runtime/module/define.ts'
import { RpcServer } from '#runtime/rpc/server.ts'
import { measured, output } from './measured-contract.ts'

// Serves the callee of the benchmark, and the baseline: a bare node:http server that reads the request body and sends
// the callee's answer.
const [secret = ''] = process.argv.slice(2)
const log = createLog({ level: 'silent' })
const definition = defineModule({ contract: measured, needs: {}, handlers: { price: async () => output } })
const versions = new Versions()
const dispatcher = new Dispatcher({ strict: false, versions })
hostAlone(dispatcher, definition, log)
const about = { process: 'measured', replica: 0, version: '0' }
const ready = async () => ({ ready: true })
const server = await RpcServer.open({ dispatcher, versions, secret, log, port: 0, about, ready })

const bytes = Buffer.from(JSON.stringify(output))
const bare = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    // A server that parses the body must do this too
    Buffer.concat(chunks)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length })
    response.end(bytes)
  })
})
bare.listen(0, '127.0.0.1', () =>
  console.log(`serving ${server.port} ${(bare.address() as AddressInfo).port}`),
)
process.on('SIGTERM', () => process.exit(0))
