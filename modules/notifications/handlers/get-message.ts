import type { Handles } from '../needs.ts'
import { findMessage } from '../store.ts'

export const getMessage: Handles<'getMessage'> = async ({ messageId }, context) => {
  const message = await findMessage(context.sql, messageId)
  if (!message) throw context.fail('MESSAGE_NOT_FOUND', `Cannot find the message "${messageId}"`)
  return message
}
