import type { Handles } from '../needs.ts'
import { toPublicIntent } from '../store/intents.ts'
import { findOrFail } from './find-or-fail.ts'

export const getIntent: Handles<'getIntent'> = async ({ intentId }, context) =>
  toPublicIntent(await findOrFail(context, intentId))
