import type { Command } from 'commander'
import { TokenMaker } from '#lab/conformance/token.ts'
import type { Caller } from '#runtime/contract/caller.ts'
import { readDeploymentSecret } from './support/deployment-secret.ts'
import { UserError } from './support/report-error.ts'

/** `pando token`: prints a token for one request to an internal port, for calls with curl. */
export function addToken(program: Command): void {
  program
    .command('token')
    .description('print a token for one request to an internal port, valid for a minute')
    .argument(
      '<audience>',
      'operation to call, such as payments.getIntent, status, versions, placement, events:orders',
    )
    .option('--body <text>', 'exact body of the request', '')
    .option('--caller <json>', 'caller on whose behalf the request is made', '{"kind":"system","name":"cli"}')
    .option('--key <key>', 'idempotency key of the request')
    .option(
      '--secret <secret>',
      "the deployment's secret (default: PANDO_SECRET, else the one in the data folder)",
    )
    .addHelpText('after', `\nExample:\n  BODY='{"intentId":"pay_1"}'\n  ${EXAMPLE}`)
    .action(async (audience: string, options: Options) => {
      const secret = options.secret ?? (await readDeploymentSecret(process.env))
      const claims = { iss: 'cli', caller: readCaller(options.caller), key: options.key }
      console.log(new TokenMaker(secret).make(audience, options.body, { claims }))
    })
}

const EXAMPLE =
  'curl -H "Authorization: Bearer $(pando token payments.getIntent --body "$BODY")" --data-raw "$BODY" http://127.0.0.1:4110/rpc/payments/getIntent'

interface Options {
  body: string
  caller: string
  key?: string
  secret?: string
}

function readCaller(text: string): Caller {
  try {
    return JSON.parse(text) as Caller
  } catch {
    throw new UserError(`Cannot read the caller ${text}: it is not JSON. Give JSON such as {"kind":"guest"}`)
  }
}
