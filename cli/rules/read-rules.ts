import { readFile } from 'node:fs/promises'
import { pricing } from '#modules/pricing/contract.ts'
import { createValidator } from '#runtime/call/validator.ts'
import type { InputOf } from '#runtime/contract/contract.ts'
import { UserError } from '../support/report-error.ts'

const { loadRules } = pricing.methods

/** Rules as a file has them: the input of `pricing.loadRules`. */
export type RulesFile = Omit<InputOf<typeof loadRules>, 'dryRun'>

/** Reads a file with rules. Throws a UserError that names the mistakes by their JSON pointers. */
export async function readRulesFile(file: string): Promise<RulesFile> {
  const rules = parse(file, await readText(file))
  // A call tolerates unknown members, which are mistakes in a file
  const problems = createValidator(loadRules.input).problems({ dryRun: false, ...(rules as object) })
  if (problems.length === 0) return rules as RulesFile
  const lines = problems.map(({ field, message }) => `  ${field || 'the file'} ${message}`)
  throw new UserError(
    [`Cannot load ${file}: it is not a file of rules, such as sample/pricing.json`, ...lines].join('\n'),
  )
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      throw new UserError(
        `Cannot load ${file}: the file does not exist. Name a JSON file, or "tax-rates" for the tax rates of Pando`,
      )
    throw new UserError(`Cannot load ${file}: it cannot be read (${code})`)
  }
}

function parse(file: string, text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UserError(`Cannot load ${file}: it is not JSON (${(error as Error).message})`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError(`Cannot load ${file}: it must be a JSON object with rules, as sample/pricing.json`)
  return value
}
