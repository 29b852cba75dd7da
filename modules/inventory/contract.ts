import { type Static, Type } from 'typebox'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Timestamp } from '#shared/text.ts'

const VariantId = Id('var')
const Quantity = Type.Integer({ minimum: 1, maximum: 10_000 })
export const StockLine = Strict({ variantId: VariantId, quantity: Quantity })
export type StockLine = Static<typeof StockLine>

/** The caller chooses the id, so that a repeat means the same reservation. */
export const ReservationId = Type.String({
  pattern: '^[a-z]{3}_[0-9a-z]{1,40}$',
  description: 'id of the order that reserves, or another id of the caller',
})

const NOT_TRACKED = 'null: the stock of this variant is not tracked, so it can always be sold'

/** How many pieces of a variant can be sold now. */
export const Availability = Strict({
  variantId: VariantId,
  available: Type.Union([Type.Integer(), Type.Null()], {
    description: `pieces that are on hand and not reserved; ${NOT_TRACKED}`,
  }),
  backorder: Type.Boolean({ description: 'whether it can be sold when none is left' }),
})
export type Availability = Static<typeof Availability>

/** The stock of a variant, with reserved and missing pieces. */
export const StockLevel = Strict({
  ...Availability.properties,
  onHand: Type.Integer({
    description: 'pieces in the store room; negative when more pieces were sold than counted',
  }),
  reserved: Type.Integer({
    description: 'pieces in active reservations, for orders whose payment is in progress',
  }),
  oversold: Type.Integer({
    description: 'pieces sold or reserved that are not on hand; 0 for a variant whose stock is not tracked',
  }),
})

/** The lines that exceed the available pieces. */
export const Shortage = Strict({
  lines: Type.Array(Strict({ variantId: VariantId, requested: Type.Integer(), available: Type.Integer() })),
})

const pieces = Type.Union([Type.Integer({ minimum: -1_000_000, maximum: 1_000_000_000 }), Type.Null()], {
  description: `pieces on hand; ${NOT_TRACKED}`,
})

/** The result of counting one variant in the store room. */
export const StockSetting = Strict({
  variantId: VariantId,
  quantity: pieces,
  backorder: Type.Boolean({ description: 'whether it can be sold when none is left' }),
})

export const inventory = contract('inventory', {
  version: '2.2.0',
  summary: 'Stock per variant, and reservations that expire',
  methods: {
    getAvailability: query({
      summary: 'Returns how many pieces of each variant can be sold now. Unknown variants have 0.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 500 }) }),
      output: Strict({ items: Type.Array(Availability) }),
      access: 'internal',
    }),
    getLevels: query({
      summary:
        'Returns the stock levels of variants, in the order of the input. A variant that was never counted has zeros.',
      input: Strict({ variantIds: Type.Array(VariantId, { maxItems: 2048 }) }),
      output: Strict({ items: Type.Array(StockLevel) }),
      access: 'internal',
    }),
    reserveStock: command({
      summary: 'Reserves all lines or none until `expiresAt`. A repeat with the same id changes nothing.',
      input: Strict({
        reservationId: ReservationId,
        lines: Type.Array(StockLine, { minItems: 1, maxItems: 200 }),
        expiresAt: Timestamp,
      }),
      output: Nothing,
      failures: {
        OUT_OF_STOCK: { status: 409, summary: 'Some lines exceed the available pieces.', data: Shortage },
      },
      access: 'internal',
    }),
    releaseStock: command({
      summary:
        'Releases an active reservation; changes nothing in any other status. An unknown id becomes unusable: a late `reserveStock` with it has no effect.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      access: 'internal',
    }),
    takeStock: command({
      summary: 'Turns a reservation into a sale: its pieces leave the stock. A repeat changes nothing.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      failures: {
        RESERVATION_GONE: {
          status: 409,
          summary:
            'The reservation was released, by a caller or after its expiry, was restocked, or is unknown.',
        },
      },
      access: 'internal',
    }),
    restock: command({
      summary:
        'Returns the pieces of a sale to the stock, or releases the reservation if it is still active. A repeat changes nothing.',
      input: Strict({ reservationId: ReservationId }),
      output: Nothing,
      access: 'internal',
    }),
    importStock: command({
      summary:
        'Sets the stock of variants that were never counted; with `overwrite`, of all variants in the input. Returns how many variants were set, and how many kept their stock.',
      input: Strict({
        items: Type.Array(
          Strict({
            variantId: VariantId,
            /** Missing: the stock is tracked, with the present pieces on hand (0 at first). */
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
        'Sets the pieces on hand of a variant, after a count in the store room. Reservations stay: `oversold` is the number of reserved pieces that are missing.',
      input: StockSetting,
      output: StockLevel,
      access: 'internal',
    }),
    releaseExpired: command({
      summary: 'Releases up to 500 expired reservations.',
      input: Strict({}),
      output: Strict({ released: Type.Integer() }),
      access: 'internal',
    }),
    auditStock: query({
      summary:
        'Lists variants that are oversold or whose stock differs from the sums of their movements and reservations, and pages through all reservations.',
      input: Strict({
        /** The last `reservationId` of the previous page; missing for the first page. */
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        /** Messages about the first 100 variants and the first 100 movements with differences; empty after the first page. */
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
      summary: 'A variant became available or sold out, or its stock started or stopped being tracked.',
      payload: Strict({
        variantId: VariantId,
        available: Type.Boolean(),
        /** Whether its stock is tracked; missing: unchanged, as in every event that a reservation causes. */
        tracked: Type.Optional(Type.Boolean()),
      }),
      aggregate: 'variantId',
    }),
    stockBegun: event({
      summary:
        'Variants got stock for the first time and are available. One event for all variants of an import.',
      payload: Strict({
        importId: Type.String({ maxLength: 60 }),
        variantIds: Type.Array(VariantId, { minItems: 1, maxItems: 5000 }),
        /** Those of `variantIds` whose stock is not tracked; missing when there are none. */
        untrackedIds: Type.Optional(Type.Array(VariantId, { maxItems: 5000 })),
      }),
      aggregate: 'importId',
    }),
  },
})
