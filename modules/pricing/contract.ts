import { Type } from 'typebox'
import { command, contract, query } from '#runtime/contract/contract.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { SingleLine } from '#shared/text.ts'
import {
  Country,
  Promotion,
  Quote,
  QuoteInput,
  ShippingMethod,
  ShippingOption,
  ShippingZone,
  TaxSettings,
} from './schemas.ts'
import { invalidRule, staffMethods, TaxZoneDraft } from './staff-methods.ts'

export { Quote, QuotedTax, QuoteInput, ShippingOption, Totals } from './schemas.ts'
export type { CustomerTerms, PromotionDraft } from './staff-methods.ts'

export const pricing = contract('pricing', {
  version: '1.0.0',
  summary: 'Taxes, shipping and promotions, and what a cart costs',
  methods: {
    quote: query({
      summary: 'Computes what a cart costs, and which shipping options it has.',
      input: QuoteInput,
      output: Quote,
      access: 'internal',
    }),
    redeemPromotions: command({
      summary:
        'Counts the promotions of an order against their limits, all or none. A repeat for the same order changes nothing.',
      input: Strict({
        orderId: Id('ord'),
        customerId: Type.Union([Type.String(), Type.Null()]),
        email: Type.String({ maxLength: 320 }),
        promotions: Type.Array(
          Strict({ promotionId: Id('prm'), code: Type.Union([Type.String(), Type.Null()]) }),
          { maxItems: 100 },
        ),
      }),
      output: Nothing,
      failures: {
        PROMOTION_USED_UP: {
          status: 409,
          summary: 'A promotion or a single-use code of the order was used as often as allowed.',
          data: Strict({ promotionId: Type.String(), title: Type.String() }),
        },
      },
      access: 'internal',
    }),
    restorePromotions: command({
      summary:
        'Gives back what `redeemPromotions` counted for an order. A repeat changes nothing, and a later `redeemPromotions` for this order fails.',
      input: Strict({ orderId: Id('ord') }),
      output: Nothing,
      access: 'internal',
    }),
    listCountries: query({
      summary: 'Lists the countries that goods are shipped to, sorted by name.',
      input: Strict({}),
      output: Strict({
        items: Type.Array(
          Strict({ code: Type.String({ description: 'ISO 3166-1 alpha-2' }), name: Type.String() }),
        ),
      }),
      access: 'public',
      cache: { dependsOn: ['pricing'], maxAgeMs: 10_000 },
    }),
    listDeliveryOptions: query({
      summary: 'Lists the shipping options of a variant that is ordered alone, with price and delivery time.',
      input: Strict({
        variantId: Id('var'),
        quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 999, description: 'Default: 1' })),
        country: Type.Optional({
          ...Country,
          description: "ISO 3166-1 alpha-2. Default: the shop's own country",
        }),
        region: Type.Optional(SingleLine(1, 60)),
        postalCode: Type.Optional(SingleLine(1, 20)),
      }),
      output: Strict({
        country: Type.Union([Type.String(), Type.Null()]),
        items: Type.Array(ShippingOption),
        problem: Quote.properties.shippingProblem,
      }),
      failures: {
        VARIANT_NOT_FOUND: { status: 404, summary: 'The variant does not exist or is not sold.' },
      },
      access: 'public',
      rest: { method: 'GET', path: '/delivery-options' },
    }),
    ...staffMethods,
    loadRules: command({
      summary:
        'Adds rules, or replaces those with the same id; a tax zone replaces the one with exactly the same areas. All or none; `dryRun` only reports.',
      input: Strict({
        settings: Type.Optional(TaxSettings),
        taxZones: Type.Optional(Type.Array(TaxZoneDraft, { maxItems: 500 })),
        shippingZones: Type.Optional(Type.Array(ShippingZone, { maxItems: 500 })),
        shippingMethods: Type.Optional(Type.Array(ShippingMethod, { maxItems: 500 })),
        promotions: Type.Optional(Type.Array(Promotion, { maxItems: 500 })),
        dryRun: Type.Boolean(),
      }),
      output: Strict({
        results: Type.Array(
          Strict({
            id: Type.String(),
            title: Type.String(),
            outcome: Type.Union([
              Type.Literal('created'),
              Type.Literal('updated'),
              Type.Literal('unchanged'),
            ]),
          }),
        ),
      }),
      failures: invalidRule,
      access: 'internal',
    }),
    auditPromotions: query({
      summary:
        'Lists promotions whose number of uses is not that of their redemptions, and redemptions by order, for the audit.',
      input: Strict({
        after: Type.Optional(Type.String({ maxLength: 60 })),
        limit: Type.Integer({ minimum: 1, maximum: 5000 }),
      }),
      output: Strict({
        /** Only on the first page: a sentence for each promotion whose counter is wrong. */
        problems: Type.Optional(Type.Array(Type.String())),
        redemptions: Type.Array(Strict({ orderId: Id('ord'), promotionIds: Type.Array(Type.String()) })),
      }),
      timeoutMs: 60_000,
      access: 'internal',
    }),
  },
  events: {},
})
