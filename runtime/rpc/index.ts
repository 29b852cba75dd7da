// The code for calls between processes. A shop in one process does not load it, and so starts faster.
export { RemoteTransport } from './client.ts'
export { Faults, parseFaults } from './faults.ts'
export { ReachabilityCheck } from './reachability.ts'
export { RpcServer } from './server.ts'
export { VersionsReader } from './versions-reader.ts'
