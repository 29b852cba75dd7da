import type { OpenApi } from '#runtime/http/documentation-page.ts'
import { send } from './populated-shop.ts'

type Responses = OpenApi['paths'][string][string]['responses']
type Declared = Exclude<Responses[string], { $ref: string }> & { headers?: Record<string, unknown> }

/** The answers that the OpenAPI document of a running shop declares for its operations. */
export class DeclaredAnswers {
  readonly #document: OpenApi

  private constructor(document: OpenApi) {
    this.#document = document
  }

  static async of(origin: string): Promise<DeclaredAnswers> {
    return new DeclaredAnswers((await send(origin, 'GET', '/openapi.json')).body)
  }

  /** Says which of an answer's status, code and Retry-After is not declared for the operation; undefined if all are. */
  problem(
    operation: { method: string; path: string },
    answer: { status: number; code?: string; retryAfter?: string | null },
  ): string | undefined {
    const declared = this.#response(operation, answer.status)
    if (!declared) return `${answer.status} is not declared`
    if (answer.code !== undefined && !codesOf(declared).includes(answer.code))
      return `${answer.status} ${answer.code} is not declared`
    const hasHeader = declared.headers !== undefined && 'Retry-After' in declared.headers
    return answer.retryAfter && !hasHeader ? `Retry-After of ${answer.status} is not declared` : undefined
  }

  /** The codes of all failures that are declared for the operation. */
  codes(operation: { method: string; path: string }): string[] {
    const responses = this.#document.paths[operation.path]![operation.method.toLowerCase()]!.responses
    return Object.keys(responses).flatMap((status) => {
      const response = this.#response(operation, Number(status))!
      return Number(status) < 400 ? [] : codesOf(response)
    })
  }

  #response({ method, path }: { method: string; path: string }, status: number): Declared | undefined {
    const found = this.#document.paths[path]?.[method.toLowerCase()]?.responses[status]
    if (!found || !('$ref' in found)) return found
    return this.#document.components.responses[found.$ref.split('/').at(-1)!]
  }
}

function codesOf({ content }: Declared): string[] {
  const parts = content!['application/problem+json']!.schema.allOf as {
    properties: { code?: { enum: string[] } }
  }[]
  return parts.flatMap(({ properties }) => properties?.code?.enum ?? [])
}
