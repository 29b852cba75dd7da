import type { accounts } from '#modules/accounts/contract.ts'
import { accountExistsMail } from '../mails/account-exists.ts'
import { confirmAddressMail } from '../mails/confirm-address.ts'
import type { Reacts } from '../needs.ts'
import { ACCOUNT_MAILS_PER_HOUR } from '../rules/limits.ts'
import { storeMail } from '../store-mail.ts'

export const storeRegistrationMail: Reacts<typeof accounts.events.accountRegistered> = (payload, context) => {
  const { publicUrl } = context.services
  return storeMail(context, {
    kind: 'accountRegistered',
    about: payload.customerId,
    recipient: payload.email,
    mail: payload.known ? accountExistsMail(publicUrl) : confirmAddressMail(payload.token, publicUrl),
    perHour: ACCOUNT_MAILS_PER_HOUR,
  })
}
