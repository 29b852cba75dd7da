import type { Command } from 'commander'
import { type ContractChange, NO_REMEDY } from '#runtime/contract/change.ts'
import { type ContractJson, contractToJson } from '#runtime/contract/contract-json.ts'
import { judgeContract, type Verdict } from '#runtime/contract/judge.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { countOf } from '#shared/text.ts'
import { RELEASED_DIRECTORY, readReleased, writeReleased } from './support/released-contracts.ts'
import { UserError } from './support/report-error.ts'

interface Options {
  released: string
  json?: boolean
}

/** `pando contracts`: releases contracts, and finds changes that break released ones. */
export function addContracts(program: Command): void {
  const contracts = program
    .command('contracts')
    .description('release contracts, and find changes that break a released one')
  contracts
    .command('check')
    .description('compare the contracts in the code with the released ones')
    .option('--released <directory>', 'folder of the released contracts', RELEASED_DIRECTORY)
    .option('--json', 'print the verdicts as JSON')
    .addHelpText(
      'after',
      '\nExit code: 0 every change is reflected in the version of its contract, 1 a change is not.\ndocs/contracts.md explains how to change a contract.',
    )
    .action(async ({ released: directory, json }: Options) => {
      const verdicts = judgeAll(readReleased(directory), await currentContracts())
      console.log(json ? JSON.stringify(verdicts, null, 2) : formatVerdicts(verdicts))
      if (verdicts.some(({ problem }) => problem)) process.exitCode = 1
    })
  contracts
    .command('release')
    .description('record contracts as released; later changes are compared with them')
    .argument('[modules...]', 'modules whose contracts are released (default: all)')
    .option('--released <directory>', 'folder of the released contracts', RELEASED_DIRECTORY)
    .action(async (modules: string[], { released: directory }: Options) => {
      const current = await currentContracts()
      for (const line of releaseContracts(modules, current, directory)) console.log(line)
    })
}

async function currentContracts(): Promise<Map<string, ContractJson>> {
  return new Map((await loadContracts()).map((contract) => [contract.name, contractToJson(contract)]))
}

/** Judges every contract that is released or in the code, by module. Throws a UserError when none has been released. */
export function judgeAll(
  releases: ReadonlyMap<string, ContractJson>,
  current: ReadonlyMap<string, ContractJson>,
): Verdict[] {
  if (releases.size === 0)
    throw new UserError(
      'Cannot compare the contracts: none has been released yet. Run "npx pando contracts release"',
    )
  const names = [...new Set([...releases.keys(), ...current.keys()])].sort()
  return names.map((name) => judgeContract(releases.get(name), current.get(name)))
}

/**
 * Records contracts as released and returns a line about each. Throws a UserError, and writes nothing, when one of them may
 * not be released.
 */
export function releaseContracts(
  modules: readonly string[],
  current: ReadonlyMap<string, ContractJson>,
  directory: string,
): string[] {
  const unknown = modules.find((name) => !current.has(name))
  if (unknown)
    throw new UserError(
      `Cannot release "${unknown}": no module has this name. The modules are ${[...current.keys()].join(', ')}`,
    )
  const names = modules.length > 0 ? modules : [...current.keys()]
  const releases = readReleased(directory)
  const verdicts = names.map((name) => judgeContract(releases.get(name), current.get(name)))
  const bad = verdicts.filter(({ problem }) => problem)
  if (bad.length > 0)
    throw new UserError(
      `Cannot release ${bad.map(({ module }) => module).join(', ')}:\n${formatVerdicts(bad)}`,
    )
  return names.map((name) => {
    const contract = current.get(name)!
    const wrote = writeReleased(directory, contract)
    return `${name} ${contract.version} ${wrote ? 'released' : 'already released'}`
  })
}

/** The verdicts as a text for a terminal: every change with its location, its consequences and what to do. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const changed = verdicts.filter(({ changes, problem }) => changes.length > 0 || problem)
  const unreleased = verdicts.filter(({ released, problem }) => released === undefined && !problem)
  const broken = verdicts.filter(({ problem }) => problem)
  const summary =
    broken.length > 0
      ? `${broken.length} of ${countOf(verdicts.length, 'contract')} cannot be released: ${broken.map(({ module }) => module).join(', ')}`
      : `${countOf(verdicts.length, 'contract')}: every change since the last release is reflected in the version`
  return [
    ...changed.map(formatVerdict),
    ...unreleased.map(
      ({ module, version }) => `${module} ${version} has never been released: it may still change freely\n`,
    ),
    summary,
  ].join('\n')
}

const LABELS = { major: 'BREAKING', minor: 'addition', patch: 'note' } as const

function formatVerdict({ module, released, version, changes, problem }: Verdict): string {
  const lines = [`${module} ${released ?? 'never released'} -> ${version ?? 'removed'}`]
  for (const same of groupSameChanges(changes)) {
    const { step, what, why, remedy } = same[0]!
    lines.push(
      ...same.map(({ subject, at }) => `  ${LABELS[step]}  ${subject}  ${at}`),
      `    ${what}`,
      `    ${why}`,
      ...(remedy === NO_REMEDY ? [] : [`    To do: ${remedy}`]),
    )
  }
  if (problem) lines.push(`  ${problem}`)
  return `${lines.join('\n')}\n`
}

/** Groups equal changes: a change of a schema that many methods share is described once. */
function groupSameChanges(changes: readonly ContractChange[]): ContractChange[][] {
  const groups = Map.groupBy(changes, ({ step, at, what, why }) => {
    const member = at.slice(at.lastIndexOf('/'))
    return JSON.stringify([step, member, what, why])
  })
  return [...groups.values()]
}
