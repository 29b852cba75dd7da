import type { Setting, SetupContext } from '#runtime/module/define.ts'

export interface Services {
  maxItems: number
}

/** `catalog.getVariants` accepts at most this many variants in one call. */
const LIMIT = 500

export const settings = {
  PANDO_WISHLIST_ITEMS: {
    summary: 'Maximum number of variants in a wishlist',
    default: '100',
    check: (value) =>
      /^\d{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= LIMIT
        ? undefined
        : `is not a whole number from 1 to ${LIMIT}`,
  },
} satisfies Record<string, Setting>

export function createServices({ settings: values }: SetupContext): Services {
  return { maxItems: Number(values.PANDO_WISHLIST_ITEMS) }
}
