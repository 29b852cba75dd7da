import { createHash } from 'node:crypto'
import type { accounts } from '#modules/accounts/contract.ts'
import { passwordResetMail } from '../mails/password-reset.ts'
import type { Reacts } from '../needs.ts'
import { ACCOUNT_MAILS_PER_HOUR } from '../rules/limits.ts'
import { storeMail } from '../store-mail.ts'

export const storePasswordResetMail: Reacts<typeof accounts.events.passwordResetRequested> = (
  payload,
  context,
) =>
  storeMail(context, {
    kind: 'passwordResetRequested',
    // The request itself: a customer may make several, each with its own token
    about: createHash('sha256').update(payload.token).digest('base64url'),
    recipient: payload.email,
    mail: passwordResetMail(payload.token, context.services.publicUrl),
    perHour: ACCOUNT_MAILS_PER_HOUR,
  })
