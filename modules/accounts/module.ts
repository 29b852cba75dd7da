import { defineModule } from '#runtime/module/define.ts'
import { accounts } from './contract.ts'
import { addAddress } from './handlers/add-address.ts'
import { checkMailToken } from './handlers/check-mail-token.ts'
import { createStaff } from './handlers/create-staff.ts'
import { deleteExpired } from './handlers/delete-expired.ts'
import { getMe } from './handlers/get-me.ts'
import { identify } from './handlers/identify.ts'
import { issuePasswordResets } from './handlers/issue-password-resets.ts'
import { listAddresses } from './handlers/list-addresses.ts'
import { listStaff } from './handlers/list-staff.ts'
import { logIn } from './handlers/log-in.ts'
import { logOut } from './handlers/log-out.ts'
import { register } from './handlers/register.ts'
import { removeAddress } from './handlers/remove-address.ts'
import { requestPasswordReset } from './handlers/request-password-reset.ts'
import { resetPassword } from './handlers/reset-password.ts'
import { revokeStaff } from './handlers/revoke-staff.ts'
import { updateAddress } from './handlers/update-address.ts'
import { updateMe } from './handlers/update-me.ts'
import { verifyEmail } from './handlers/verify-email.ts'
import { needs } from './needs.ts'
import { createServices } from './services.ts'

export const definition = defineModule({
  contract: accounts,
  needs,
  handlers: {
    checkMailToken,
    register,
    logIn,
    logOut,
    identify,
    getMe,
    updateMe,
    listAddresses,
    addAddress,
    updateAddress,
    removeAddress,
    verifyEmail,
    requestPasswordReset,
    resetPassword,
    issuePasswordResets,
    createStaff,
    listStaff,
    revokeStaff,
    deleteExpired,
  },
  jobs: [
    { method: 'issuePasswordResets', everyMs: 1000 },
    { method: 'deleteExpired', everyMs: 10 * 60_000 },
  ],
  setup: createServices,
})
