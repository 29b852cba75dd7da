import type { SetupContext } from '#runtime/module/define.ts'
import { NOTHING_TO_PAY } from './contract.ts'
import { nothingToPay } from './providers/nothing-to-pay.ts'
import type { Provider } from './providers/provider.ts'
import { TestProvider } from './providers/test/adapter.ts'
import { createInProcessService } from './providers/test/in-process.ts'
import { createHttpService } from './providers/test/over-http.ts'
import type { ChargeMessage, TestService } from './providers/test/service.ts'
import { sendWebhook } from './providers/test/webhook.ts'

/** Services for the module's handlers. */
export interface Services {
  /** Providers by name. */
  providers: ReadonlyMap<string, Provider>
  /** The provider `test`, for its confirmation page; undefined if it is switched off. */
  test: TestProvider | undefined
}

// The webhook about a charge with a late answer arrives after the timeout, as from a real provider.
const AFTER_TIMEOUT_MS = 250

/** Creates the providers from the settings. */
export function createServices(context: SetupContext): Services {
  const test = context.settings.PANDO_TEST_PAYMENTS === 'off' ? undefined : createTestProvider(context)
  const providers = new Map<string, Provider>([[NOTHING_TO_PAY, nothingToPay]])
  if (test) providers.set('test', test)
  return { providers, test }
}

function createTestProvider(context: SetupContext): TestProvider {
  const { PANDO_TEST_PROVIDER_URL: url, PANDO_TEST_PROVIDER_KEY: hexKey } = context.settings
  const timeoutMs = Number(context.settings.PANDO_PAYMENT_TIMEOUT_MS)
  const webhookKey = hexKey
    ? Buffer.from(hexKey, 'hex')
    : context.deriveKey('payments: webhooks of the test provider')
  const service = url ? createHttpService(url) : createLocalService(context, webhookKey, timeoutMs)
  return new TestProvider(service, {
    timeoutMs,
    webhookKey,
    actionUrl: (key, returnUrl) =>
      `${context.publicUrl}/payments/test/${key}${returnUrl === null ? '' : `?return=${encodeURIComponent(returnUrl)}`}`,
  })
}

function createLocalService(context: SetupContext, webhookKey: Buffer, timeoutMs: number): TestService {
  const url = `${context.publicUrl}/api/v1/payments/webhooks/test`
  async function send(message: ChargeMessage): Promise<void> {
    const wasAccepted = await sendWebhook(url, message, webhookKey, context.now())
    // Not retried, because the order's workflow polls the payment as well
    if (!wasAccepted)
      context.log.debug({ url, charge: message.key }, 'test provider: the shop did not accept the webhook')
  }
  return createInProcessService({
    sql: context.sql,
    sendWebhook: (message, { late }) => {
      setTimeout(send, late ? timeoutMs + AFTER_TIMEOUT_MS : 0, message).unref()
    },
  })
}
