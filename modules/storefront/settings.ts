import type { Setting } from '#runtime/module/define.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { commonSettings, onOrOff } from '#shared/settings.ts'

export const settings = {
  PANDO_SHOP_NAME: {
    summary: "The shop's name, shown on every page",
    default: 'Pando',
    check: (value) => (value.length <= 60 ? undefined : 'is longer than 60 characters'),
  },
  PANDO_FETCH_PICTURES: {
    summary:
      'on: download the product pictures from their URLs in the catalogue, and keep copies; off: show a placeholder instead',
    default: 'on',
    check: onOrOff,
  },
  PANDO_MAILBOX: {
    summary:
      'Serve the mailbox, a page for development that shows all emails: on, off, or auto (on if only this machine can reach the shop)',
    default: 'auto',
    check: (value) => (['on', 'off', 'auto'].includes(value) ? undefined : 'is not one of on, off, auto'),
  },
  // Settings of other parts of the shop, from which the pages decide what they offer
  PANDO_HOST: runtimeSettings.PANDO_HOST,
  SMTP_URL: commonSettings.SMTP_URL,
  PANDO_TEST_PAYMENTS: commonSettings.PANDO_TEST_PAYMENTS,
} satisfies Record<string, Setting>
