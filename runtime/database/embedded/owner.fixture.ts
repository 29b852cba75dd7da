import { startEmbedded } from './start.ts'

/**
 * A process that opens the embedded database of the directory in its argument, prints the URL, and keeps it open until
 * it is killed. Like a shop that finishes its requests, it does not end at Ctrl-C.
 */
process.on('SIGINT', () => console.log('interrupted'))
const { url } = await startEmbedded({ directory: process.argv[2] ?? '', settings: { fsync: 'off' } })
console.log(url)
