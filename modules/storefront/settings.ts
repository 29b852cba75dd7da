import type { Setting } from '#runtime/module/define.ts'
import { runtimeSettings } from '#runtime/process/config.ts'
import { commonSettings } from '#shared/settings.ts'

const onOrOff = (value: string) => (value === 'on' || value === 'off' ? undefined : 'is not one of on, off')

export const settings = {
  PANDO_SHOP_NAME: {
    summary: "The shop's name, on every page",
    default: 'Pando',
    check: (value) => (value.length <= 60 ? undefined : 'is longer than 60 characters'),
  },
  PANDO_FETCH_PICTURES: {
    summary:
      'on: pictures that a catalogue names by their address are fetched once and kept; off: they are drawn',
    default: 'on',
    check: onOrOff,
  },
  PANDO_MAILBOX: {
    summary:
      'The page with all mails, for development: on, off, or auto for a shop that only this machine can reach',
    default: 'auto',
    check: (value) => (['on', 'off', 'auto'].includes(value) ? undefined : 'is not one of on, off, auto'),
  },
  // Other parts of the shop declare these; here they only tell what the pages may offer.
  PANDO_HOST: runtimeSettings.PANDO_HOST,
  SMTP_URL: commonSettings.SMTP_URL,
  PANDO_TEST_PAYMENTS: commonSettings.PANDO_TEST_PAYMENTS,
} satisfies Record<string, Setting>
