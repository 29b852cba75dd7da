import type { Handles } from '../needs.ts'
import { listStaff as readStaff } from '../store/staff.ts'

export const listStaff: Handles<'listStaff'> = async (_input, context) => ({
  items: await readStaff(context.sql),
})
