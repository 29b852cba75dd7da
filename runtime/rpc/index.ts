// What a process needs that has others beside it. Loaded by those only: a shop in one process starts without it.
export { RemoteTransport } from './client.ts'
export { Faults, parseFaults } from './faults.ts'
export { Reach } from './reach.ts'
export { RpcServer } from './server.ts'
export { VersionsReader } from './versions-reader.ts'
