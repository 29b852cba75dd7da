import type { Command } from 'commander'
import { countOf } from '#shared/text.ts'
import { checkMachine } from './support/check-machine.ts'
import { addDataOption } from './support/data-option.ts'
import type { Finding } from './support/finding.ts'

/** The length of the longest setting's name. */
const NAME_WIDTH = 'PANDO_DATABASE_CONNECTIONS'.length
const MARKS = { ok: 'ok  ', note: 'note', wrong: 'BAD ' } as const

/** `pando doctor`: finds what is wrong with this machine or installation, and how to fix it. Exit code 1: found something. */
export function addDoctor(program: Command): void {
  addDataOption(program.command('doctor'))
    .description('find what is wrong with this machine or installation and how to fix it; list the settings')
    .option('--fix', 'remove what splits and merges left behind in the databases')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit code: 0 no problems, 1 problems found.')
    .action(async (options: { json?: boolean; fix?: boolean }) => {
      const findings = await checkMachine(process.env, { fix: options.fix ?? false })
      if (options.json) console.log(JSON.stringify(findings, null, 2))
      else print(findings)
      if (findings.some((finding) => finding.state === 'wrong')) process.exitCode = 1
    })
}

function print(findings: Finding[]): void {
  for (const { state, about, text, remedy } of findings) {
    console.log(`${MARKS[state]}  ${about.padEnd(NAME_WIDTH)} ${text}`)
    if (remedy) console.log(`      ${''.padEnd(NAME_WIDTH)} -> ${remedy}`)
  }
  const wrong = findings.filter((finding) => finding.state === 'wrong').length
  console.log(wrong === 0 ? '\nNo problems found.' : `\n${countOf(wrong, 'problem')} found.`)
}
