import type { Command } from 'commander'
import type { accounts } from '#modules/accounts/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import { withShop } from './support/tool-shop.ts'

/** `pando staff`: who may use the API under `/api/v1/admin`. */
export function addStaff(program: Command): void {
  const staff = program.command('staff').description('manage staff members')
  staff
    .command('add')
    .description('make a staff member and print the API key, which is shown only now')
    .argument('<email>', 'address of the staff member')
    .requiredOption('--name <name>', 'name of the staff member')
    .option(
      '--permissions <list>',
      'such as catalog.write,inventory.write,orders.read,orders.write; * for all',
      '*',
    )
    .action(async (email: string, options: { name: string; permissions: string }) => {
      const permissions = options.permissions.split(',').map((each) => each.trim())
      const { apiKey } = await withShop((shop) =>
        shop
          .callsAs<{ accounts: typeof accounts }>(system('cli'))
          .accounts.createStaff({ email, name: options.name, permissions }),
      )
      console.log(apiKey)
    })
}
