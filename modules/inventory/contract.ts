import { type Static, Type } from 'typebox'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Timestamp } from '#shared/text.ts'

const VariantId = Id('var')
const Quantity = Type.Integer({ minimum: 1, maximum: 10_000 })
export const StockLine = Strict({ variantId: VariantId, quantity: Quantity })
export type StockLine = Static<typeof StockLine>

/** Whoever reserves names the reservation, so that a repeat is the same one. */
export const ReservationId = Type.String({
  pattern: '^[a-z]{3}_[0-9a-z]{1,40}$',
  description: "the reserving thing's id",
})

/** `available` is null where stock is not counted; `backorder` sells below zero. */
export const Availability = Strict({
  variantId: VariantId,
  available: Type.Union([Type.Integer(), Type.Null()]),
  backorder: Type.Boolean(),
})
export type Availability = Static<typeof Availability>

/** What a count leaves behind it. */
export const StockLevel = Strict({
  ...Availability.properties,
  /** Pieces in the store room; below zero when more was sold than there was. */
  onHand: Type.Integer(),
  /** Pieces that are promised to orders whose payment is under way. */
  reserved: Type.Integer(),
  /** How many pieces are missing for what is sold and promised; 0 where stock is not counted. */
  oversold: Type.Integer(),
})

/** Which lines could not be had, and how many are left. */
export const Shortage = Strict({
  lines: Type.Array(Strict({ variantId: VariantId, requested: Type.Integer(), available: Type.Integer() })),
})

const pieces = Type.Union([Type.Integer({ minimum: -1_000_000, maximum: 1_000_000_000 }), Type.Null()])

/** A count of one variant in the store room. */
export const StockSetting = Strict({
  variantId: VariantId,
  /** Pieces on hand; null: not counted. */
  quantity: pieces,
  backorder: Type.Boolean(),
})

export const inventory = contract('inventory', {
  version: '2.2.0',
  summary: 'Stock per variant, and reservations that expire',
  methods: {
    getAvailability: query({
      summary: 'Tells how many pieces of each variant can be promised now; unknown variants have none.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 500 }) }),
      output: Strict({ items: Type.Array(Availability) }),
      access: 'internal',
    }),
    getLevels: query({
      summary:
        'Reads what there is of each variant, in their order; of one that was never counted there is nothing.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 2048 }) }),
      output: Strict({ items: Type.Array(StockLevel) }),
      access: 'internal',
    }),
    reserveStock: command({
      summary: 'Sets pieces aside, all lines or none; a repeat with the same id changes nothing.',
      input: Strict({
        reservationId: ReservationId,
        lines: Type.Array(StockLine, { minItems: 1, maxItems: 200 }),
        expiresAt: Timestamp,
      }),
      output: Nothing,
      failures: { OUT_OF_STOCK: { status: 409, summary: 'Some lines exceed what is left.', data: Shortage } },
      access: 'internal',
    }),
    releaseStock: command({
      summary: 'Gives a reservation back; does nothing when it is released, expired or unknown.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      access: 'internal',
    }),
    takeStock: command({
      summary: 'Turns a reservation into a sale: the pieces leave the stock.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      failures: {
        RESERVATION_GONE: { status: 409, summary: 'The reservation was released or has expired.' },
      },
      access: 'internal',
    }),
    restock: command({
      summary: 'Puts the pieces of a sale back; a repeat changes nothing.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      access: 'internal',
    }),
    importStock: command({
      summary: 'Sets the stock of variants that have none yet; with `overwrite`, of all of them.',
      input: Strict({
        items: Type.Array(
          Strict({
            variantId: VariantId,
            /** Pieces on hand; null: not counted; left out: counted, and as many as before (none at first). */
            quantity: Type.Optional(pieces),
            backorder: Type.Boolean(),
          }),
          { minItems: 1, maxItems: 5000 },
        ),
        overwrite: Type.Boolean(),
        dryRun: Type.Boolean(),
      }),
      output: Strict({ set: Type.Integer(), kept: Type.Integer() }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
    setStock: command({
      summary:
        'Sets how many pieces of a variant are on hand (a count in the store room). What is reserved stays reserved: `oversold` says how much of it is not there.',
      input: StockSetting,
      output: StockLevel,
      access: 'internal',
    }),
    releaseExpired: command({
      summary: 'Gives back what was reserved beyond its time, a batch at a time.',
      input: Strict({}),
      output: Strict({ released: Type.Integer() }),
      access: 'internal',
    }),
    auditStock: query({
      summary:
        'Lists variants whose stock does not follow from their movements and reservations or is oversold, and all reservations from a cursor on.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        /** Only in the first page: what does not add up, in words. */
        problems: Type.Array(Type.String()),
        reservations: Type.Array(
          Strict({
            reservationId: Type.String(),
            status: Type.Union([
              Type.Literal('active'),
              Type.Literal('taken'),
              Type.Literal('released'),
              Type.Literal('restocked'),
            ]),
            lines: Type.Array(StockLine),
          }),
        ),
      }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
  events: {
    availabilityChanged: event({
      summary: 'A variant became available or sold out, or its stock is counted from now on, or no longer.',
      payload: Strict({
        variantId: VariantId,
        available: Type.Boolean(),
        /** Whether its stock is counted; left out where that has not changed. */
        tracked: Type.Optional(Type.Boolean()),
      }),
      aggregate: 'variantId',
    }),
    stockBegun: event({
      summary:
        'Variants that had no stock before have some now, and are available: one event for all of an import.',
      payload: Strict({
        importId: Type.String({ maxLength: 60 }),
        variantIds: Type.Array(VariantId, { minItems: 1, maxItems: 5000 }),
        /** Those of them whose stock is not counted. */
        untrackedIds: Type.Optional(Type.Array(VariantId, { maxItems: 5000 })),
      }),
      aggregate: 'importId',
    }),
  },
})
