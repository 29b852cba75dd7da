import { defineModule } from '#runtime/module/define.ts'
import { inventory } from './contract.ts'
import { auditStock } from './handlers/audit-stock.ts'
import { getAvailability } from './handlers/get-availability.ts'
import { getLevels } from './handlers/get-levels.ts'
import { importStock } from './handlers/import-stock.ts'
import { releaseExpired } from './handlers/release-expired.ts'
import { releaseStock } from './handlers/release-stock.ts'
import { reserveStock } from './handlers/reserve-stock.ts'
import { restock } from './handlers/restock.ts'
import { setStock } from './handlers/set-stock.ts'
import { takeStock } from './handlers/take-stock.ts'
import { needs } from './needs.ts'

export const definition = defineModule({
  contract: inventory,
  needs,
  handlers: {
    getAvailability,
    getLevels,
    reserveStock,
    releaseStock,
    takeStock,
    restock,
    importStock,
    setStock,
    releaseExpired,
    auditStock,
  },
  jobs: [{ method: 'releaseExpired', everyMs: 5000 }],
})
