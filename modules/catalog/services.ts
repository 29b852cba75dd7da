import type { SetupContext } from '#runtime/module/define.ts'

export interface Services {
  /** What the shop sells in. */
  currency: string
}

export function createServices({ settings }: SetupContext): Services {
  return { currency: settings.PANDO_CURRENCY! }
}
