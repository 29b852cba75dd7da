import type { Config } from '#runtime/process/config.ts'
import { originOf, type Process } from '#runtime/topology/topology.ts'

/** Tells the person at the terminal that the shop answers, and where. */
export async function printReady(config: Config, began: number, what?: string): Promise<void> {
  const hasMailbox = await isOpen(config, '/mailbox')
  console.log(`\n  Shop      ${config.publicUrl}`)
  console.log(`  API       ${config.publicUrl}/api/docs`)
  if (hasMailbox) console.log(`  Mailbox   ${config.publicUrl}/mailbox`)
  if (what) console.log(`  Runs as   ${what}`)
  printReadyAfter(config, began)
}

const PATIENCE_MS = 2000

/** Only the shop knows whom it shows a page to. */
async function isOpen({ host, port }: Config, path: string): Promise<boolean> {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const origin = `http://${name.includes(':') ? `[${name}]` : name}:${port}`
  return fetch(origin + path, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE_MS) }).then(
    ({ status }) => status === 200,
    () => false,
  )
}

/** The same for one process of several, which was started alone. */
export function printProcessReady(
  config: Config,
  began: number,
  { name, own, internalPort }: { name: string; own: Process; internalPort: number },
): void {
  console.log(`\n  Process   ${name}: ${own.modules.join(', ')}`)
  console.log(`  Serves    the other processes at ${originOf(own, internalPort)}`)
  if (own.port !== undefined) console.log(`  Shop      ${config.publicUrl}`)
  printReadyAfter(config, began)
}

function printReadyAfter(config: Config, began: number): void {
  console.log(
    `\n  Ready in ${((performance.now() - began) / 1000).toFixed(1)} s, data in ${config.dataDirectory}. Ctrl-C stops it.\n`,
  )
}
