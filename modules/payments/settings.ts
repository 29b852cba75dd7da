import type { Setting } from '#runtime/module/define.ts'
import { commonSettings } from '#shared/settings.ts'

/** `authorizeIntent` may take 15 s in all; what is left is for the database and the network. */
const LONGEST_TIMEOUT_MS = 14_000

export const settings = {
  PANDO_TEST_PAYMENTS: commonSettings.PANDO_TEST_PAYMENTS,
  PANDO_TEST_PROVIDER_URL: {
    summary: 'address of the test provider when it runs as a service of its own; unset: inside the shop',
    check: (value) =>
      /^https?:$/.test(protocolOf(value)) ? undefined : 'must be an http:// or https:// address',
  },
  PANDO_TEST_PROVIDER_KEY: {
    summary:
      'key of its webhooks, 64 hexadecimal digits, when it is a service of its own; unset: derived from PANDO_SECRET',
    check: (value) => (/^[0-9a-f]{64}$/i.test(value) ? undefined : 'must be 64 hexadecimal digits'),
    secret: true,
  },
  PANDO_PAYMENT_TIMEOUT_MS: {
    summary: 'how long a payment provider may take for an answer, in milliseconds',
    default: '8000',
    check: (value) => {
      const ms = Number(value)
      const fits = Number.isInteger(ms) && ms >= 50 && ms <= LONGEST_TIMEOUT_MS
      return fits ? undefined : `must be a whole number of milliseconds from 50 to ${LONGEST_TIMEOUT_MS}`
    },
  },
} as const satisfies Record<string, Setting>

function protocolOf(value: string): string {
  return URL.parse(value)?.protocol ?? ''
}
