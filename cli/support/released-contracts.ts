import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContractJson } from '#runtime/contract/contract-json.ts'
import { compactJson } from './compact-json.ts'
import { UserError } from './report-error.ts'

/** The folder of the released contracts: a JSON file for each module. */
export const RELEASED_DIRECTORY = fileURLToPath(new URL('../../docs/contracts', import.meta.url))

/**
 * Reads the released contracts, by module; an empty map when the folder does not exist. Throws a UserError for a JSON file
 * that is not a released contract, or is not named after its module.
 */
export function readReleased(directory: string): Map<string, ContractJson> {
  let files: string[]
  try {
    files = readdirSync(directory).filter((file) => file.endsWith('.json'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    files = []
  }
  return new Map(
    files.sort().map((file) => {
      const contract = readContract(join(directory, file))
      if (`${contract.name}.json` !== file)
        throw new UserError(
          `Cannot read ${join(directory, file)}: it contains the contract "${contract.name}". Rename it to ${contract.name}.json`,
        )
      return [contract.name, contract]
    }),
  )
}

function readContract(file: string): ContractJson {
  try {
    const contract = JSON.parse(readFileSync(file, 'utf8')) as Partial<ContractJson> | null
    if (contract?.name && contract.version && contract.methods && contract.events && contract.reactsTo)
      return contract as ContractJson
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UserError(
    `Cannot read ${file}: it is not a released contract. Restore it from the Git history, or delete it and run "npx pando contracts release"`,
  )
}

/** Writes a contract as released. Returns whether that changed the file. */
export function writeReleased(directory: string, contract: ContractJson): boolean {
  const file = join(directory, `${contract.name}.json`)
  const text = `${compactJson(contract)}\n`
  if (readIfExists(file) === text) return false
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, text)
  return true
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
