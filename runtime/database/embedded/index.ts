export { locateBinaries } from './binaries.ts'
export { findEmbedded, holdsEmbedded, stoppedProcesses } from './find.ts'
export type { Exit } from './launch.ts'
export { startEmbedded } from './start.ts'
