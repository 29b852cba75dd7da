import type { Command } from 'commander'
import { describeResult, describeRun } from '#lab/conformance/report.ts'
import { runConformance } from '#lab/conformance/run.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { readDeploymentSecret } from './support/deployment-secret.ts'
import { UserError } from './support/report-error.ts'

/** `pando conformance`: does a service do what a contract says? Exit code 1 when it does not. */
export function addConformance(program: Command): void {
  program
    .command('conformance')
    .description('try any implementation of a module, in any language, against its contract, as a black box')
    .argument('<module>', 'name of the module, such as payments')
    .requiredOption('--url <origin>', 'internal port of the service, such as http://127.0.0.1:4110')
    .option(
      '--secret <secret>',
      "the deployment's secret (default: PANDO_SECRET, or the one in the data folder)",
    )
    .option('--only <text>', 'only checks whose names hold this text')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      '\nIt calls commands, so it leaves data behind: never use it on a service that real people use. Exit code: 0 it conforms, 1 it does not.',
    )
    .action(async (module: string, options: Options) => {
      const contracts = await loadContracts()
      const contract = contracts.find((each) => each.name === module)
      if (!contract) {
        const names = contracts.map((each) => each.name).join(', ')
        throw new UserError(`Cannot try "${module}": there is no such module. There are ${names}`)
      }
      const { protocol } = URL.parse(options.url) ?? {}
      if (protocol !== 'http:' && protocol !== 'https:')
        throw new UserError(`Cannot try "${options.url}": give an address such as http://127.0.0.1:4110`)
      const results = await runConformance({
        contract,
        origin: options.url,
        secret: options.secret ?? (await readDeploymentSecret(process.env)),
        only: options.only,
        onResult: (result) => options.json || console.log(describeResult(result)),
      })
      if (results.length === 0) throw new UserError(`Cannot find a check with "${options.only}" in its name`)
      console.log(
        options.json ? JSON.stringify(results, null, 2) : `\n${describeRun(module, options.url, results)}`,
      )
      if (results.some((result) => !result.ok)) process.exitCode = 1
    })
}

interface Options {
  url: string
  secret?: string
  only?: string
  json?: boolean
}
