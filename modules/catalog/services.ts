import type { Sql } from '#runtime/database/pool.ts'
import type { SetupContext } from '#runtime/module/define.ts'
import type { SearchFront } from './rules/search-front.ts'
import { readFront } from './store/search-front.ts'

const FRONT_MAX_AGE_MS = 60_000

export interface Services {
  /** The shop's currency. */
  currency: string
  /** The front of the catalogue, up to a minute old; undefined: searches read the ranks of all matches (`readFront`). */
  searchFront(sql: Sql, now: Date): Promise<SearchFront | undefined>
}

export function createServices({ settings }: SetupContext): Services {
  let front: { readAt: number; read: Promise<SearchFront | undefined> } | undefined
  return {
    currency: settings.PANDO_CURRENCY!,
    async searchFront(sql, now) {
      if (!front || now.getTime() - front.readAt > FRONT_MAX_AGE_MS)
        front = { readAt: now.getTime(), read: readFront(sql) }
      const { read } = front
      return read.catch((error: unknown) => {
        if (front?.read === read) front = undefined
        throw error
      })
    },
  }
}
