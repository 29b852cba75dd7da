import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReleasedContract } from '#runtime/contract/released.ts'
import { compactJson } from './compact-json.ts'
import { UserError } from './report-error.ts'

/** Where the released contracts are: a JSON file for each module. */
export const RELEASED_DIRECTORY = fileURLToPath(new URL('../../docs/contracts', import.meta.url))

/** Reads what was released last, by module. Throws when a file is none of ours. */
export function readReleased(directory: string): Map<string, ReleasedContract> {
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
        throw new UserError(`Cannot read ${join(directory, file)}: it holds the contract "${contract.name}"`)
      return [contract.name, contract]
    }),
  )
}

function readContract(file: string): ReleasedContract {
  try {
    const contract = JSON.parse(readFileSync(file, 'utf8')) as Partial<ReleasedContract> | null
    if (contract?.name && contract.version && contract.methods && contract.events && contract.reactsTo)
      return contract as ReleasedContract
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new UserError(
    `Cannot read ${file}: it is not a released contract. Get it back from the history, or delete it and run "npx pando contracts release"`,
  )
}

/** Writes a contract as released; answers whether that changed the file. */
export function writeReleased(directory: string, contract: ReleasedContract): boolean {
  const file = join(directory, `${contract.name}.json`)
  const text = `${compactJson(contract)}\n`
  if (readIfThere(file) === text) return false
  mkdirSync(directory, { recursive: true })
  writeFileSync(file, text)
  return true
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
