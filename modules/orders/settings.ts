import type { Setting } from '#runtime/module/define.ts'

export const settings = {
  PANDO_MAX_UNPAID_PIECES: {
    summary:
      'Most pieces that unpaid orders of one customer or one network may reserve (private networks are not limited, because they may be a proxy)',
    default: '200',
    check: (value) => (/^[1-9]\d{0,6}$/.test(value) ? undefined : 'is not a whole number from 1 to 9999999'),
  },
} satisfies Record<string, Setting>
