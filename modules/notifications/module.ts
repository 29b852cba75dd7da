import { defineModule } from '#runtime/module/define.ts'
import { notifications } from './contract.ts'
import { auditMessages } from './handlers/audit-messages.ts'
import { dropOldBodies } from './handlers/drop-old-bodies.ts'
import { getMessage } from './handlers/get-message.ts'
import { listMessages } from './handlers/list-messages.ts'
import { sendQueued } from './handlers/send-queued.ts'
import { needs } from './needs.ts'
import { storeRegistrationMail } from './reactions/account-registered.ts'
import { storeOrderCancelledMail } from './reactions/order-cancelled.ts'
import { storeOrderConfirmedMail } from './reactions/order-confirmed.ts'
import { storeOrderFulfilledMail } from './reactions/order-fulfilled.ts'
import { storePasswordResetMail } from './reactions/password-reset-requested.ts'
import { createServices } from './services.ts'
import { settings } from './settings.ts'

export const definition = defineModule({
  contract: notifications,
  needs,
  handlers: { listMessages, getMessage, sendQueued, dropOldBodies, auditMessages },
  reactions: {
    'orders.orderConfirmed': storeOrderConfirmedMail,
    'orders.orderCancelled': storeOrderCancelledMail,
    'orders.orderFulfilled': storeOrderFulfilledMail,
    'accounts.accountRegistered': storeRegistrationMail,
    'accounts.passwordResetRequested': storePasswordResetMail,
  },
  jobs: [
    { method: 'sendQueued', everyMs: 1000 },
    { method: 'dropOldBodies', everyMs: 3_600_000 },
  ],
  settings,
  setup: createServices,
})
