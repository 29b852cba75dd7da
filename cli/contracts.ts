import type { Command } from 'commander'
import type { ContractChange } from '#runtime/contract/change.ts'
import { judgeContract, type Verdict } from '#runtime/contract/judge.ts'
import { type ReleasedContract, toReleased } from '#runtime/contract/released.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { RELEASED_DIRECTORY, readReleased, writeReleased } from './support/released-contracts.ts'
import { UserError } from './support/report-error.ts'

interface Options {
  released: string
  json?: boolean
}

/** `pando contracts`: what the modules promise each other, and whether it still holds. */
export function addContracts(program: Command): void {
  const contracts = program
    .command('contracts')
    .description('release contracts, and find what breaks a released one')
  contracts
    .command('check')
    .description('compare the contracts in the code with the last released ones')
    .option('--released <directory>', 'where the released contracts are', RELEASED_DIRECTORY)
    .option('--json', 'print the verdicts as JSON')
    .addHelpText(
      'after',
      '\nExit code: 0 each version says what changed, 1 one does not. docs/contracts.md tells how to change a contract.',
    )
    .action(async ({ released, json }: Options) => {
      const verdicts = judgeAll(readReleased(released), await currentContracts())
      console.log(json ? JSON.stringify(verdicts, null, 2) : formatVerdicts(verdicts))
      if (verdicts.some(({ problem }) => problem)) process.exitCode = 1
    })
  contracts
    .command('release')
    .description('write contracts as released, so that later changes are compared with them')
    .argument('[modules...]', 'whose contracts; of all modules unless told')
    .option('--released <directory>', 'where the released contracts are', RELEASED_DIRECTORY)
    .action(async (modules: string[], { released }: Options) => {
      const current = await currentContracts()
      for (const line of releaseContracts(modules, current, released)) console.log(line)
    })
}

async function currentContracts(): Promise<Map<string, ReleasedContract>> {
  return new Map((await loadContracts()).map((contract) => [contract.name, toReleased(contract)]))
}

/** Judges every contract that is released or in the code. */
export function judgeAll(
  released: ReadonlyMap<string, ReleasedContract>,
  current: ReadonlyMap<string, ReleasedContract>,
): Verdict[] {
  if (released.size === 0)
    throw new UserError(
      'Cannot compare the contracts: none was ever released. Run "npx pando contracts release"',
    )
  const names = [...new Set([...released.keys(), ...current.keys()])].sort()
  return names.map((name) => judgeContract(released.get(name), current.get(name)))
}

/** Writes contracts as released and answers a line for each. Throws, and writes none, when one of them may not be released. */
export function releaseContracts(
  modules: readonly string[],
  current: ReadonlyMap<string, ReleasedContract>,
  directory: string,
): string[] {
  const unknown = modules.find((name) => !current.has(name))
  if (unknown)
    throw new UserError(
      `Cannot release "${unknown}": no module has this name. There are: ${[...current.keys()].join(', ')}`,
    )
  const names = modules.length > 0 ? modules : [...current.keys()]
  const released = readReleased(directory)
  const verdicts = names.map((name) => judgeContract(released.get(name), current.get(name)))
  const bad = verdicts.filter(({ problem }) => problem)
  if (bad.length > 0)
    throw new UserError(
      `Cannot release ${bad.map(({ module }) => module).join(', ')}:\n${formatVerdicts(bad)}`,
    )
  return names.map((name) => {
    const contract = current.get(name)!
    const wrote = writeReleased(directory, contract)
    return `${name} ${contract.version} ${wrote ? 'is released' : 'was released already'}`
  })
}

/** The verdicts for a terminal: every change with its place, what it does to whom, and the way out. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const changed = verdicts.filter(({ changes, problem }) => changes.length > 0 || problem)
  const fresh = verdicts.filter(({ released }) => released === undefined)
  const broken = verdicts.filter(({ problem }) => problem)
  const ending =
    broken.length > 0
      ? `${broken.length} of ${verdicts.length} contracts changed more than their version says: ${broken.map(({ module }) => module).join(', ')}`
      : `${verdicts.length} contracts: every change since the last release is in the version`
  return [
    ...changed.map(formatVerdict),
    ...fresh.map(({ module, version }) => `${module} ${version} was never released: nothing holds it yet\n`),
    ending,
  ].join('\n')
}

const WORDS = { major: 'BREAKING', minor: 'addition', patch: 'note' } as const

function formatVerdict({ module, released, version, changes, problem }: Verdict): string {
  const lines = [`${module} ${released} -> ${version ?? 'gone'}`]
  for (const places of sameChanges(changes)) {
    const { step, what, why, remedy } = places[0]!
    lines.push(
      ...places.map(({ subject, at }) => `  ${WORDS[step]}  ${subject}  ${at}`),
      `    ${what}`,
      `    ${why}`,
      ...(remedy === 'Nothing' ? [] : [`    To do: ${remedy}`]),
    )
  }
  if (problem) lines.push(`  ${problem}`)
  return `${lines.join('\n')}\n`
}

/** Changes in lists: a schema that many methods share changes in all of them, and is told of once. */
function sameChanges(changes: readonly ContractChange[]): ContractChange[][] {
  const groups = Map.groupBy(changes, ({ step, at, what, why }) => {
    const member = at.slice(at.lastIndexOf('/'))
    return JSON.stringify([step, member, what, why])
  })
  return [...groups.values()]
}
