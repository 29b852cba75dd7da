import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ModuleConformance } from '#runtime/contract/conformance.ts'
import type { Contract } from '#runtime/contract/contract.ts'
import { MODULES_DIRECTORY } from '#runtime/process/modules.ts'
import { type Check, Mismatch } from './check.ts'
import { answerChecks } from './checks/answers.ts'
import { endpointChecks } from './checks/endpoints.ts'
import { inputChecks } from './checks/inputs.ts'
import { tokenChecks } from './checks/tokens.ts'
import { Subject } from './subject.ts'
import { Wire } from './wire.ts'

export interface CheckResult {
  name: string
  ok: boolean
  ms: number
  /** This and the following members only after a failure. */
  expected?: string
  received?: string
  /** A command that repeats the request; empty if none was sent. */
  curl?: string
}

export interface ConformanceOptions {
  contract: Contract
  /** The internal port of the implementation, such as http://127.0.0.1:4110. */
  origin: string
  /** The deployment's secret, which signs tokens. */
  secret: string
  /** Runs only checks whose names contain this text. Default: all checks. */
  only?: string | undefined
  onResult?: (result: CheckResult) => void
}

/**
 * Tests an implementation of a contract as a black box over the protocol: first the checks that follow from the
 * contract, then those of the module's `conformance.ts`. Calls commands, and so leaves data behind. Throws when no service
 * with this secret answers there.
 */
export async function runConformance(options: ConformanceOptions): Promise<CheckResult[]> {
  const wire = new Wire(options.origin, options.secret)
  const subject = new Subject(options.contract, await loadConformance(options.contract.name), wire)
  const results: CheckResult[] = []
  try {
    await requireService(wire)
    for (const check of checksOf(subject)) {
      if (options.only && !check.name.includes(options.only)) continue
      const result = await runCheck(check, wire)
      results.push(result)
      options.onResult?.(result)
    }
  } finally {
    await wire.close()
  }
  return results
}

/** Throws when no service answers, when it does not follow the protocol, or when it has another secret. */
async function requireService(wire: Wire): Promise<void> {
  const fetchStatus = () => wire.send('/status', { method: 'GET', audience: 'status' })
  const { status, answerHeaders } = await fetchStatus().catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `Cannot test the service at ${wire.origin}: nothing answers there (${error.code ?? error.message})`,
    )
  })
  if (status === 401)
    throw new Error(
      `Cannot test the service at ${wire.origin}: it refuses the token. Give the secret of the service with --secret or PANDO_SECRET`,
    )
  if (status === 404)
    throw new Error(
      `Cannot test the service at ${wire.origin}: it has no /status${answerHeaders['content-type']?.includes('html') ? ', and answers with a page: that is the public port of a shop' : ', which the protocol requires (docs/protocol.md)'}. Give the internal port of its process`,
    )
}

function checksOf(subject: Subject): Check[] {
  return [
    ...endpointChecks(subject),
    ...tokenChecks(subject),
    ...inputChecks(subject),
    ...answerChecks(subject),
    ...(subject.conformance?.checks ?? []).map(({ name, run }) => ({ name, run: () => run(subject.probe) })),
  ]
}

async function runCheck(check: Check, wire: Wire): Promise<CheckResult> {
  const started = performance.now()
  const done = () => ({ name: check.name, ms: performance.now() - started })
  wire.last = undefined
  try {
    await check.run(wire)
    return { ...done(), ok: true }
  } catch (error) {
    if (error instanceof Mismatch) {
      const { expected, received, curl } = error
      return { ...done(), ok: false, expected, received, curl }
    }
    const { expected, received, curl } = new Mismatch('an answer', String(error), wire.last)
    return { ...done(), ok: false, expected, received, curl }
  }
}

/** Imports the checks of a module by its name; undefined when it has none. */
async function loadConformance(module: string): Promise<ModuleConformance | undefined> {
  const path = join(MODULES_DIRECTORY, module, 'conformance.ts')
  if (!existsSync(path)) return undefined
  const { conformance } = (await import(pathToFileURL(path).href)) as { conformance: ModuleConformance }
  return conformance
}
