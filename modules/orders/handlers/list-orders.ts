import type { Handles } from '../needs.ts'
import { listPage } from './list-page.ts'

export const listOrders: Handles<'listOrders'> = async ({ status, ...page }, context) =>
  listPage(context, page, status === undefined ? {} : { status })
