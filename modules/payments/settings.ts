import type { Setting } from '#runtime/module/define.ts'
import { commonSettings } from '#shared/settings.ts'

/** `authorizeIntent` has a timeout of 15 s. The rest is for the database and the network. */
const MAX_TIMEOUT_MS = 14_000

export const settings = {
  PANDO_TEST_PAYMENTS: commonSettings.PANDO_TEST_PAYMENTS,
  PANDO_TEST_PROVIDER_URL: {
    summary: 'URL of the test provider if it runs as a separate service; unset: it runs inside the shop',
    check: (value) =>
      /^https?:$/.test(protocolOf(value)) ? undefined : 'must be an http:// or https:// URL',
  },
  PANDO_TEST_PROVIDER_KEY: {
    summary:
      'Key for the webhooks of a separate test provider, 64 hexadecimal digits; unset: derived from PANDO_SECRET',
    check: (value) => (/^[0-9a-f]{64}$/i.test(value) ? undefined : 'must be 64 hexadecimal digits'),
    secret: true,
  },
  PANDO_PAYMENT_TIMEOUT_MS: {
    summary: 'Timeout of requests to a payment provider, in milliseconds',
    default: '8000',
    check: (value) => {
      const ms = Number(value)
      const isValid = Number.isInteger(ms) && ms >= 50 && ms <= MAX_TIMEOUT_MS
      return isValid ? undefined : `must be a whole number of milliseconds from 50 to ${MAX_TIMEOUT_MS}`
    },
  },
} as const satisfies Record<string, Setting>

function protocolOf(value: string): string {
  return URL.parse(value)?.protocol ?? ''
}
