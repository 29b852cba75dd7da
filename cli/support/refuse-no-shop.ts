import { folderOf } from './data-folder.ts'
import { notedTopology } from './noted-topology.ts'
import { UserError } from './report-error.ts'

/** Throws where no shop has ever been: that nothing is wrong or waits there would be no answer. */
export async function refuseNoShop(): Promise<void> {
  const folder = folderOf()
  const { DATABASE_URL, PANDO_TOPOLOGY } = process.env
  // A topology may name databases of its own
  if (DATABASE_URL || PANDO_TOPOLOGY || (await notedTopology(folder)) !== undefined) return
  throw new UserError(
    `Cannot find a shop in ${folder}: none has been started there. Name its data folder with PANDO_DATA, or its database with DATABASE_URL`,
  )
}
