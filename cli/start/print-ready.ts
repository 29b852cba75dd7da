import type { Config } from '#runtime/process/config.ts'
import { originOf, type Process } from '#runtime/topology/topology.ts'
import { localOrigin } from '../support/local-origin.ts'

/**
 * Prints that the shop is ready, with its addresses. `began`: the value of `performance.now()` when the start began.
 * `processes`: a summary of its processes, if there are several. `warnings`: what the operator must know.
 */
export async function printReady(
  config: Config,
  began: number,
  { processes, warnings = [] }: { processes?: string; warnings?: readonly string[] } = {},
): Promise<void> {
  const hasMailbox = await isOpen(config, '/mailbox')
  console.log(`\n  Shop      ${config.publicUrl}`)
  console.log(`  API       ${config.publicUrl}/api/docs`)
  if (hasMailbox) console.log(`  Mailbox   ${config.publicUrl}/mailbox`)
  if (processes) console.log(`  Runs as   ${processes}`)
  for (const warning of warnings) console.log(`  Warning   ${warning}`)
  printReadyAfter(config, began)
}

const TIMEOUT_MS = 2000

/** Whether a page is served. Requests it from the shop, because only the shop decides who may see which page. */
async function isOpen({ host, port }: Config, path: string): Promise<boolean> {
  return fetch(localOrigin(host, port) + path, {
    method: 'HEAD',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).then(
    ({ status }) => status === 200,
    () => false,
  )
}

/** Prints that one process of several, which was started alone, is ready. */
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
    `\n  Ready in ${((performance.now() - began) / 1000).toFixed(1)} s, data in ${config.dataDirectory}. Press Ctrl-C to stop.\n`,
  )
}
