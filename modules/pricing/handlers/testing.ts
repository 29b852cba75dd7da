import type { Caller } from '#runtime/contract/caller.ts'
import { newId } from '#shared/ids.ts'
import type { TestShop } from '#tests/support/shop.ts'
import type { QuoteInput } from '../contract.ts'
import { aMethod, anInput, aPromotion, aQuoteLine, aTaxZone } from '../rules/testing.ts'
import type { Promotion } from '../schemas.ts'

/** A staff member who may read and change prices. */
export const pricer: Caller = {
  kind: 'staff',
  staffId: 'stf_1',
  permissions: ['pricing.read', 'pricing.write'],
}

/** The methods of pricing as staff call them. */
export function asStaff(shop: TestShop) {
  return shop.as(pricer).pricing
}

export function taxZoneDraft(change: Partial<ReturnType<typeof aTaxZone>> = {}) {
  const { id: _, ...draft } = aTaxZone(change)
  return draft
}

export function promotionDraft(change: Partial<Promotion> = {}) {
  const { id: _, ...draft } = aPromotion(change)
  return draft
}

/** A promotion of 10 % with this code. */
export function codeDraft(code: string, change: Partial<Promotion> = {}) {
  return promotionDraft({ title: code, trigger: { by: 'code', code }, ...change })
}

/** A method that costs 4.90 in a zone. */
export function methodFor(zoneId: string, change: Parameters<typeof aMethod>[0] = {}) {
  const [rate] = aMethod(change).rates
  return { ...aMethod(change), rates: [{ ...rate!, zoneId }] }
}

/** A quote for a mug of 10.00 with codes. */
export function quoteFor(shop: TestShop, codes: string[], change: Partial<QuoteInput> = {}) {
  return shop.calls.pricing.quote(anInput({ lines: [aQuoteLine()], codes, ...change }))
}

/** The status of a code in a cart, and why it waits. */
export async function statusOf(
  shop: TestShop,
  code: string,
  change: Partial<QuoteInput> = {},
): Promise<[string, string | null]> {
  const { codes } = await quoteFor(shop, [code], change)
  return [codes[0]!.status, codes[0]!.reason]
}

/** Redeems promotions for a new order, and returns its id. */
export async function redeem(
  shop: TestShop,
  promotions: { promotionId: string; code: string | null }[],
  { orderId = newId('ord'), customerId = null, email = `${newId('buyer')}@example.com` }: RedeemOptions = {},
): Promise<string> {
  await shop.calls.pricing.redeemPromotions({ orderId, customerId, email, promotions })
  return orderId
}

interface RedeemOptions {
  orderId?: string
  customerId?: string | null
  email?: string
}

/** Adds a product with one variant, and returns the id of the variant. */
export async function newVariant(shop: TestShop, cents = 1000, weightGrams = 300): Promise<string> {
  const handle = newId('goods').replace('_', '-')
  const { variantIds } = await shop.calls.catalog.saveProduct({
    handle,
    title: handle,
    descriptionHtml: '',
    vendor: '',
    type: '',
    tags: [],
    published: true,
    options: [],
    variants: [
      {
        sku: null,
        optionValues: [],
        price: { amount: cents, currency: 'EUR' },
        compareAtPrice: null,
        weightGrams,
        requiresShipping: true,
        taxable: true,
        barcode: null,
        pictureUrl: null,
      },
    ],
    pictures: [],
    seoTitle: '',
    seoDescription: '',
  })
  return variantIds[0]!
}
