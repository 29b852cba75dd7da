import type { Sql } from '#runtime/database/pool.ts'
import type { CustomerTerms } from '../contract.ts'

export async function findTerms(sql: Sql, customerId: string): Promise<CustomerTerms | undefined> {
  const [terms] = await sql<CustomerTerms[]>`
    select customer_id as "customerId", groups, tax_exempt as "taxExempt", vat_number as "vatNumber"
    from pricing.customer_terms where customer_id = ${customerId}`
  return terms
}

export async function writeTerms(sql: Sql, terms: CustomerTerms, now: Date): Promise<void> {
  await sql`
    insert into pricing.customer_terms (customer_id, groups, tax_exempt, vat_number, changed_at)
    values (${terms.customerId}, ${terms.groups}::text[], ${terms.taxExempt}, ${terms.vatNumber}, ${now})
    on conflict (customer_id) do update set
      groups = excluded.groups,
      tax_exempt = excluded.tax_exempt,
      vat_number = excluded.vat_number,
      changed_at = excluded.changed_at`
}
