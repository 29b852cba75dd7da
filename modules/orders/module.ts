import { defineModule } from '#runtime/module/define.ts'
import { orders } from './contract.ts'
import { auditOrders } from './handlers/audit-orders.ts'
import { cancelOrder } from './handlers/cancel-order.ts'
import { confirmOrder } from './handlers/confirm-order.ts'
import { confirmPayment } from './handlers/confirm-payment.ts'
import { createOrder } from './handlers/create-order.ts'
import { fulfilOrder } from './handlers/fulfil-order.ts'
import { getOrder } from './handlers/get-order.ts'
import { issueOrderKey } from './handlers/issue-order-key.ts'
import { listMyOrders } from './handlers/list-my-orders.ts'
import { listOrders } from './handlers/list-orders.ts'
import { markCancelled } from './handlers/mark-cancelled.ts'
import { placeOrder } from './handlers/place-order.ts'
import { recordPaymentWait } from './handlers/record-payment-wait.ts'
import { recordRefund } from './handlers/record-refund.ts'
import { needs } from './needs.ts'
import { resumeCheckout } from './reactions/intent-settled.ts'
import { createServices } from './services.ts'
import { settings } from './settings.ts'
import { cancelOrderWorkflow } from './workflows/cancel-order.ts'
import { placeOrderWorkflow } from './workflows/place-order.ts'

export const definition = defineModule({
  contract: orders,
  needs,
  handlers: {
    auditOrders,
    cancelOrder,
    confirmOrder,
    confirmPayment,
    createOrder,
    fulfilOrder,
    getOrder,
    issueOrderKey,
    listMyOrders,
    listOrders,
    markCancelled,
    recordPaymentWait,
    recordRefund,
    placeOrder,
  },
  reactions: { 'payments.intentSettled': resumeCheckout },
  workflows: [placeOrderWorkflow, cancelOrderWorkflow],
  settings,
  setup: createServices,
})
