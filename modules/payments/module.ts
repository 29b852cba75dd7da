import { defineModule } from '#runtime/module/define.ts'
import { payments } from './contract.ts'
import { auditPayments } from './handlers/audit-payments.ts'
import { authorizeIntent } from './handlers/authorize-intent.ts'
import { cancelIntent } from './handlers/cancel-intent.ts'
import { captureIntent } from './handlers/capture-intent.ts'
import { completeTestAction } from './handlers/complete-test-action.ts'
import { createIntent } from './handlers/create-intent.ts'
import { getIntent } from './handlers/get-intent.ts'
import { receiveWebhook } from './handlers/receive-webhook.ts'
import { recordOutcome } from './handlers/record-outcome.ts'
import { needs } from './needs.ts'
import { createServices } from './services.ts'
import { settings } from './settings.ts'

export const definition = defineModule({
  contract: payments,
  needs,
  handlers: {
    auditPayments,
    authorizeIntent,
    cancelIntent,
    captureIntent,
    completeTestAction,
    createIntent,
    getIntent,
    receiveWebhook,
    recordOutcome,
  },
  settings,
  setup: createServices,
})
