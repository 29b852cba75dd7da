import { expect } from 'vitest'
import { ApiClient } from '#tests/support/api-client.ts'
import type { LoadReport } from '#tests/support/open-loop.ts'

/** Every order that a buyer got an answer for is there. */
export async function expectKept(origin: string, { orders }: LoadReport): Promise<void> {
  const client = new ApiClient(origin)
  for (const { id, token } of orders) {
    const { status, body } = await client.call('GET', `/orders/${id}`, undefined, {
      authorization: `Bearer ${token}`,
    })
    expect([status, body.id]).toEqual([200, id])
  }
}
