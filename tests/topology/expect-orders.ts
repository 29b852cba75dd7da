import { expect } from 'vitest'
import { ApiClient } from '#tests/support/api-client.ts'
import type { LoadReport } from '#tests/support/open-loop.ts'

/** Expects that each order that was acknowledged to a buyer exists. */
export async function expectOrders(origin: string, { orders }: LoadReport): Promise<void> {
  const client = new ApiClient(origin)
  for (const { id, token } of orders) {
    const { status, body } = await client.call('GET', `/orders/${id}`, undefined, {
      authorization: `Bearer ${token}`,
    })
    expect([status, body.id]).toEqual([200, id])
  }
}
