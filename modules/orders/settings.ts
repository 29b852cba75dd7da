import type { Setting } from '#runtime/module/define.ts'

export const settings = {
  PANDO_MAX_UNPAID_PIECES: {
    summary:
      'Pieces that orders which wait for their shopper to pay may set aside, for one customer and for one network (private addresses, which may be a proxy, are not counted)',
    default: '200',
    check: (value) => (/^[1-9]\d{0,6}$/.test(value) ? undefined : 'is not a whole number from 1 to 9999999'),
  },
} satisfies Record<string, Setting>
