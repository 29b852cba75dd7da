import type { Command } from 'commander'
import { describeResult, describeRun } from '#lab/conformance/report.ts'
import { runConformance } from '#lab/conformance/run.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { readDeploymentSecret } from './support/deployment-secret.ts'
import { UserError } from './support/report-error.ts'

/** `pando conformance`: checks whether a service fulfils a contract. Exit code 1 when it does not. */
export function addConformance(program: Command): void {
  program
    .command('conformance')
    .description('test an implementation of a module, in any language, against its contract')
    .argument('<module>', 'name of the module, such as payments')
    .requiredOption('--url <origin>', 'address of its internal port, such as http://127.0.0.1:4110')
    .option(
      '--secret <secret>',
      "the deployment's secret (default: PANDO_SECRET, else the one in the data folder)",
    )
    .option('--only <text>', 'run only the checks whose names contain this text')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      '\nThe checks call commands and leave data behind: never run them against a service in production.\nExit code: 0 the service conforms, 1 it does not.',
    )
    .action(async (module: string, options: Options) => {
      const contracts = await loadContracts()
      const contract = contracts.find((each) => each.name === module)
      if (!contract) {
        const names = contracts.map((each) => each.name).join(', ')
        throw new UserError(`Cannot test "${module}": no module has this name. The modules are ${names}`)
      }
      const { protocol } = URL.parse(options.url) ?? {}
      if (protocol !== 'http:' && protocol !== 'https:')
        throw new UserError(
          `Cannot test "${options.url}": it is not an http or https address. Give one such as http://127.0.0.1:4110`,
        )
      const results = await runConformance({
        contract,
        origin: options.url,
        secret: options.secret ?? (await readDeploymentSecret(process.env)),
        only: options.only,
        onResult: (result) => options.json || console.log(describeResult(result)),
      })
      if (results.length === 0)
        throw new UserError(`Cannot find a check whose name contains "${options.only}". Correct --only`)
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
