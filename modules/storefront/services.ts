import { join } from 'node:path'
import type { SetupContext } from '#runtime/module/define.ts'
import { isMailboxOpen, type MailboxSettings } from './rules/mailbox-open.ts'
import { type Assets, readAssets } from './services/assets.ts'
import { PictureDownloads } from './services/picture-downloads.ts'
import { Pictures } from './services/pictures.ts'
import { StockWatch } from './services/stock-watch.ts'

/** What the page handlers share: settings, files and checks. */
export interface Services {
  shopName: string
  /** Without a trailing slash. */
  publicUrl: string
  /** Whether the development mailbox, which shows all emails, is served (`isMailboxOpen`). */
  mailbox: boolean
  /** Whether the checkout offers the built-in test provider. */
  testPayments: boolean
  assets: Assets
  pictures: Pictures
  stock: StockWatch
  close(): Promise<void>
}

export function createServices({ settings, publicUrl, dataDirectory, log, now }: SetupContext): Services {
  const assets = readAssets()
  const pictures = new Pictures(
    assets.find('no-picture.svg')!.body,
    settings.PANDO_FETCH_PICTURES === 'off'
      ? undefined
      : new PictureDownloads({ directory: join(dataDirectory, 'pictures'), log, now }),
  )
  return {
    shopName: settings.PANDO_SHOP_NAME!,
    publicUrl,
    mailbox: isMailboxOpen({
      mode: settings.PANDO_MAILBOX as MailboxSettings['mode'],
      smtpUrl: settings.SMTP_URL,
      host: settings.PANDO_HOST!,
      publicUrl,
    }),
    testPayments: settings.PANDO_TEST_PAYMENTS !== 'off',
    assets,
    pictures,
    stock: new StockWatch(),
    close: () => pictures.close(),
  }
}
