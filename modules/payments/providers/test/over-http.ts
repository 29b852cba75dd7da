import type { Operation } from './ledger.ts'
import { parseChargeMessage, type TestService } from './service.ts'

/** The test provider as a separate service (`server.ts`) at `baseUrl`. */
export function createHttpService(baseUrl: string): TestService {
  const base = baseUrl.replace(/\/$/, '')
  return async (operation, signal) => {
    const response = await fetch(`${base}/charges/${encodeURIComponent(operation.key)}/${operation.do}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(operation)),
      signal,
    })
    const text = await response.text()
    return { status: response.status, charge: response.status < 500 ? parseChargeMessage(text) : undefined }
  }
}

function bodyOf(operation: Operation): object {
  if (operation.do === 'authorize') return operation.input
  if (operation.do === 'decide') return { decision: operation.decision }
  return {}
}
