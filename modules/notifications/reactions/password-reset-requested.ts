import { createHash } from 'node:crypto'
import type { accounts } from '#modules/accounts/contract.ts'
import { keepMail } from '../keep-mail.ts'
import { passwordResetMail } from '../mails/password-reset.ts'
import type { Reacts } from '../needs.ts'
import { ACCOUNT_MAILS_PER_HOUR } from '../rules/limits.ts'

export const sendPasswordReset: Reacts<typeof accounts.events.passwordResetRequested> = (payload, context) =>
  keepMail(context, {
    kind: 'passwordResetRequested',
    // a customer may ask again and again: only the token tells one reset from the next
    about: createHash('sha256').update(payload.token).digest('base64url'),
    recipient: payload.email,
    mail: passwordResetMail(payload.token, context.services.publicUrl),
    perHour: ACCOUNT_MAILS_PER_HOUR,
  })
