import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addAudit } from './audit.ts'
import { addDoctor } from './doctor.ts'
import { addImport } from './import.ts'
import { addStaff } from './staff.ts'
import { addStart } from './start.ts'
import { reportError } from './support/report-error.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const program = new Command('pando')
  .description('A shop that runs as one process, and grows from there')
  .version(version)
  .showHelpAfterError('(pando --help shows what there is)')
  .helpCommand(false)

addStart(program)
addImport(program)
addAudit(program)
addDoctor(program)
addStaff(program)

try {
  await program.parseAsync()
} catch (error) {
  reportError(error)
  process.exitCode = 1
}
