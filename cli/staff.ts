import type { Command } from 'commander'
import type { accounts } from '#modules/accounts/contract.ts'
import { system } from '#runtime/contract/caller.ts'
import type { Calls } from '#runtime/module/context.ts'
import { loadContracts } from '#runtime/process/modules.ts'
import { withShop } from './support/command-shop.ts'
import { addDataOption } from './support/data-option.ts'
import { ALL, knownPermissions, readPermissions } from './support/permissions.ts'
import { formatTable } from './support/table.ts'

/** `pando staff`: manages the staff members, who may use the API under `/api/v1/admin`. */
export function addStaff(program: Command): void {
  const staff = program.command('staff').description('manage staff members')
  addDataOption(staff.command('add'))
    .description('add a staff member and print the API key, which is not shown again')
    .argument('<email>', 'email address of the staff member')
    .requiredOption('--name <name>', 'name of the staff member')
    .option('--permissions <list>', 'permissions such as orders.read,orders.write; * for all', ALL)
    .action(async (email: string, options: { name: string; permissions: string }) => {
      const permissions = readPermissions(options.permissions, knownPermissions(await loadContracts()))
      const { apiKey } = await withAccounts((calls) =>
        calls.createStaff({ email, name: options.name, permissions }),
      )
      console.log(apiKey)
    })
  addDataOption(staff.command('list'))
    .description('list current and former staff members, with the last use of their API keys')
    .option('--json', 'print the list as JSON')
    .action(async (options: { json?: boolean }) => {
      const { items } = await withAccounts((calls) => calls.listStaff({}))
      if (options.json) return console.log(JSON.stringify(items, null, 2))
      const rows = items.map((each) => [
        each.email,
        each.name,
        each.permissions.join(','),
        each.lastUsedAt ?? 'never',
        each.revokedAt ?? '-',
      ])
      for (const line of formatTable([['EMAIL', 'NAME', 'PERMISSIONS', 'LAST USED', 'REVOKED'], ...rows]))
        console.log(line)
    })
  addDataOption(staff.command('revoke'))
    .description('revoke the API key of a staff member at once; "staff add" issues a new one')
    .argument('<email>', 'email address of the staff member')
    .action(async (email: string) => {
      await withAccounts(async (calls) => {
        const { items } = await calls.listStaff({})
        const found = items.find((each) => each.email.toLowerCase() === email.toLowerCase())
        if (!found)
          throw new Error(
            `Cannot revoke the key of "${email}": no staff member has this email address. "pando staff list" shows all staff members`,
          )
        await calls.revokeStaff({ staffId: found.id })
      })
      console.log(`The key of ${email} is revoked.`)
    })
}

function withAccounts<Answer>(
  work: (calls: Calls<{ accounts: typeof accounts }>['accounts']) => Promise<Answer>,
): Promise<Answer> {
  return withShop(async (shop) => {
    const answer = await work(shop.callsAs<{ accounts: typeof accounts }>(system('cli')).accounts)
    // No relay runs in this process: a stopped shop would deliver the events of the call only after its next start
    await shop.drain()
    return answer
  })
}
