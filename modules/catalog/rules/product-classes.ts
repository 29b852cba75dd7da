import type { ProductDraft } from '../contract.ts'

/** The tax class of a product whose drafts never named one. */
const DEFAULT_TAX_CLASS = 'standard'

export interface ProductClasses {
  taxClass: string
  /** null: none. */
  shippingClass: string | null
}

/** The classes that a product has once the draft is saved: a draft keeps those that it leaves out. */
export function classesOf(
  { taxClass, shippingClass }: Pick<ProductDraft, 'taxClass' | 'shippingClass'>,
  existing: ProductClasses | undefined,
): ProductClasses {
  return {
    taxClass: taxClass ?? existing?.taxClass ?? DEFAULT_TAX_CLASS,
    shippingClass: shippingClass === undefined ? (existing?.shippingClass ?? null) : shippingClass,
  }
}

/** Whether saving the draft leaves the classes of the product as they are. */
export function keepsClasses(
  draft: Pick<ProductDraft, 'taxClass' | 'shippingClass'>,
  existing: ProductClasses,
): boolean {
  const { taxClass, shippingClass } = classesOf(draft, existing)
  return taxClass === existing.taxClass && shippingClass === existing.shippingClass
}
