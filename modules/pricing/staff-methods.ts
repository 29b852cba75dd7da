import { type Static, Type } from 'typebox'
import { command, query } from '#runtime/contract/contract.ts'
import { ClassName } from '#shared/class-name.ts'
import { Id } from '#shared/ids.ts'
import { Currency } from '#shared/money.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Page, pageInput } from '#shared/page.ts'
import { SingleLine, Timestamp } from '#shared/text.ts'
import {
  Promotion,
  PromotionCode,
  Quote,
  QuoteInput,
  ShippingMethod,
  ShippingZone,
  TaxSettings,
  TaxZone,
} from './schemas.ts'

/** The facts about a customer that prices depend on. */
export const CustomerTerms = Strict({
  customerId: Id('cus'),
  groups: Type.Array(ClassName, { maxItems: 50 }),
  taxExempt: Type.Boolean(),
  vatNumber: Type.Union([SingleLine(4, 20), Type.Null()]),
})
export type CustomerTerms = Static<typeof CustomerTerms>

const { id: _taxZoneId, ...taxZoneDraft } = TaxZone.properties
const { id: _shippingZoneId, ...shippingZoneDraft } = ShippingZone.properties
const { id: _promotionId, ...promotionDraft } = Promotion.properties

export const TaxZoneDraft = Strict(taxZoneDraft)
const ShippingZoneDraft = Strict(shippingZoneDraft)
const PromotionDraft = Strict(promotionDraft)
export type PromotionDraft = Static<typeof PromotionDraft>

export const invalidRule = {
  RULE_INVALID: {
    status: 422,
    summary:
      'The rule contradicts itself or another one: an area occurs twice, a rate names no zone, a code is taken, or a time zone is unknown.',
    data: Strict({ field: Type.String({ description: 'JSON pointer into the input' }) }),
  },
} as const
const ruleNotFound = { RULE_NOT_FOUND: { status: 404, summary: 'No rule has this id.' } } as const
const ruleInUse = {
  RULE_IN_USE: {
    status: 409,
    summary: 'Something refers to the rule: a shipping method to the zone, or orders to the promotion.',
  },
} as const
const invalidCursor = {
  INVALID_CURSOR: { status: 400, summary: 'The cursor is not from this list.' },
} as const

/** A promotion for staff. */
const SavedPromotion = Strict({
  ...Promotion.properties,
  summary: Type.String({ description: 'what it does, as a sentence' }),
  uses: Type.Integer({ description: 'orders that use it; cancelled orders do not count' }),
})

/** The methods with which staff change and try the rules. */
export const staffMethods = {
  getTax: query({
    summary: 'Returns the tax settings and all tax zones.',
    input: Strict({}),
    output: Strict({ settings: TaxSettings, zones: Type.Array(TaxZone) }),
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/tax' },
  }),
  saveTaxSettings: command({
    summary: 'Sets where the shop is, how taxes are rounded, and how shipping is taxed.',
    input: TaxSettings,
    output: TaxSettings,
    failures: invalidRule,
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/tax/settings' },
  }),
  createTaxZone: command({
    summary: 'Adds a tax zone.',
    input: TaxZoneDraft,
    output: TaxZone,
    failures: invalidRule,
    access: 'staff:pricing.write',
    rest: { method: 'POST', path: '/admin/tax/zones', status: 201 },
  }),
  saveTaxZone: command({
    summary: 'Replaces a tax zone.',
    input: Strict({ zoneId: TaxZone.properties.id, ...taxZoneDraft }),
    output: TaxZone,
    failures: { ...invalidRule, ...ruleNotFound },
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/tax/zones/{zoneId}' },
  }),
  deleteTaxZone: command({
    summary: 'Deletes a tax zone; a repeat changes nothing.',
    input: Strict({ zoneId: TaxZone.properties.id }),
    output: Nothing,
    access: 'staff:pricing.write',
    rest: { method: 'DELETE', path: '/admin/tax/zones/{zoneId}' },
  }),
  getShipping: query({
    summary: 'Returns all shipping zones and methods.',
    input: Strict({}),
    output: Strict({ zones: Type.Array(ShippingZone), methods: Type.Array(ShippingMethod) }),
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/shipping' },
  }),
  createShippingZone: command({
    summary: 'Adds a shipping zone.',
    input: ShippingZoneDraft,
    output: ShippingZone,
    failures: invalidRule,
    access: 'staff:pricing.write',
    rest: { method: 'POST', path: '/admin/shipping/zones', status: 201 },
  }),
  saveShippingZone: command({
    summary: 'Replaces a shipping zone.',
    input: Strict({ zoneId: ShippingZone.properties.id, ...shippingZoneDraft }),
    output: ShippingZone,
    failures: { ...invalidRule, ...ruleNotFound },
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/shipping/zones/{zoneId}' },
  }),
  deleteShippingZone: command({
    summary: 'Deletes a shipping zone that no method uses; a repeat changes nothing.',
    input: Strict({ zoneId: ShippingZone.properties.id }),
    output: Nothing,
    failures: ruleInUse,
    access: 'staff:pricing.write',
    rest: { method: 'DELETE', path: '/admin/shipping/zones/{zoneId}' },
  }),
  saveShippingMethod: command({
    summary: 'Creates or replaces a shipping method.',
    input: ShippingMethod,
    output: ShippingMethod,
    failures: invalidRule,
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/shipping/methods/{id}' },
  }),
  deleteShippingMethod: command({
    summary: 'Deletes a shipping method; a repeat changes nothing. Orders keep its name.',
    input: Strict({ id: ShippingMethod.properties.id }),
    output: Nothing,
    access: 'staff:pricing.write',
    rest: { method: 'DELETE', path: '/admin/shipping/methods/{id}' },
  }),
  listPromotions: query({
    summary: 'Lists promotions by id in descending order: the newest first among those that staff created.',
    input: Strict({ active: Type.Optional(Type.Boolean()), ...pageInput }),
    output: Page(SavedPromotion),
    failures: invalidCursor,
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/promotions' },
  }),
  getPromotion: query({
    summary: 'Returns a promotion.',
    input: Strict({ promotionId: Promotion.properties.id }),
    output: SavedPromotion,
    failures: ruleNotFound,
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/promotions/{promotionId}' },
  }),
  createPromotion: command({
    summary: 'Adds a promotion.',
    input: PromotionDraft,
    output: SavedPromotion,
    failures: invalidRule,
    access: 'staff:pricing.write',
    rest: { method: 'POST', path: '/admin/promotions', status: 201 },
  }),
  savePromotion: command({
    summary: 'Replaces a promotion. Orders keep their discounts, and their uses still count.',
    input: Strict({ promotionId: Promotion.properties.id, ...promotionDraft }),
    output: SavedPromotion,
    failures: { ...invalidRule, ...ruleNotFound },
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/promotions/{promotionId}' },
  }),
  deletePromotion: command({
    summary: 'Deletes a promotion that no order uses, with its codes; a repeat changes nothing.',
    input: Strict({ promotionId: Promotion.properties.id }),
    output: Nothing,
    failures: ruleInUse,
    access: 'staff:pricing.write',
    rest: { method: 'DELETE', path: '/admin/promotions/{promotionId}' },
  }),
  createPromotionCodes: command({
    summary: 'Adds random codes to a promotion for single-use codes. Each is good for one order.',
    input: Strict({
      promotionId: Promotion.properties.id,
      count: Type.Integer({ minimum: 1, maximum: 10_000 }),
      prefix: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{1,20}$', description: 'Default: none' })),
    }),
    output: Strict({ codes: Type.Array(PromotionCode) }),
    failures: {
      ...ruleNotFound,
      NOT_SINGLE_USE: { status: 409, summary: 'The promotion does not apply by single-use codes.' },
    },
    access: 'staff:pricing.write',
    rest: { method: 'POST', path: '/admin/promotions/{promotionId}/codes', status: 201 },
  }),
  listPromotionCodes: query({
    summary: 'Lists the single-use codes of a promotion.',
    input: Strict({ promotionId: Promotion.properties.id, ...pageInput }),
    output: Page(
      Strict({
        code: PromotionCode,
        createdAt: Timestamp,
        orderId: Type.Union([Id('ord'), Type.Null()], { description: 'the order that used it' }),
      }),
    ),
    failures: { ...ruleNotFound, ...invalidCursor },
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/promotions/{promotionId}/codes' },
  }),
  getCustomerTerms: query({
    summary: "Returns a customer's groups, tax exemption and VAT number.",
    input: Strict({ customerId: CustomerTerms.properties.customerId }),
    output: CustomerTerms,
    access: 'staff:pricing.read',
    rest: { method: 'GET', path: '/admin/customers/{customerId}/terms' },
  }),
  saveCustomerTerms: command({
    summary: "Sets a customer's groups, tax exemption and VAT number.",
    input: CustomerTerms,
    output: CustomerTerms,
    failures: {
      VAT_NUMBER_INVALID: {
        status: 422,
        summary: 'The VAT number has not the form, or not the checksum, of its country.',
      },
    },
    access: 'staff:pricing.write',
    rest: { method: 'PUT', path: '/admin/customers/{customerId}/terms' },
  }),
  testQuote: query({
    summary: 'Computes what variants would cost for an address, a customer and codes, to try rules out.',
    input: Strict({
      lines: Type.Array(
        Strict({ variantId: Id('var'), quantity: Type.Integer({ minimum: 1, maximum: 999 }) }),
        { minItems: 1, maxItems: 100 },
      ),
      address: QuoteInput.properties.address,
      customerId: Type.Optional(CustomerTerms.properties.customerId),
      codes: Type.Optional(QuoteInput.properties.codes),
      shippingOptionId: Type.Optional(Type.String({ maxLength: 60 })),
      at: Type.Optional(Timestamp),
    }),
    output: Strict({ currency: Currency, ...Quote.properties }),
    failures: {
      VARIANT_NOT_FOUND: { status: 422, summary: 'A variant does not exist or is not sold.' },
    },
    access: 'staff:pricing.read',
    rest: { method: 'POST', path: '/admin/quotes' },
  }),
} as const
