import { startEmbedded } from './start.ts'

/**
 * A process that opens the embedded database of the directory that its argument names, says where it is, and
 * keeps it open until it is killed. Like a shop that is draining, it does not mind Ctrl-C.
 */
process.on('SIGINT', () => console.log('interrupted'))
const { url } = await startEmbedded({ directory: process.argv[2] ?? '', settings: { fsync: 'off' } })
console.log(url)
