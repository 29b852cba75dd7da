import { invalidParam } from './api-error.ts'
import type { Param, Params } from './form.ts'

/** A string; undefined when it is missing or empty. */
export function text(params: Params, name: string): string | undefined {
  const value = params[name]
  if (value === undefined || value === '') return undefined
  if (typeof value !== 'string')
    throw invalidParam('parameter_invalid_string', name, `Invalid string: ${name}`)
  return value
}

export function requiredText(params: Params, name: string): string {
  const value = text(params, name)
  if (value === undefined) throw invalidParam('parameter_missing', name, `Missing required param: ${name}.`)
  return value
}

export function oneOf<T extends string>(params: Params, name: string, values: readonly T[]): T | undefined {
  const value = text(params, name)
  if (value === undefined) return undefined
  const found = values.find((each) => each === value)
  if (!found)
    throw invalidParam('parameter_invalid', name, `Invalid ${name}: must be one of ${values.join(', ')}`)
  return found
}

export function integer(params: Params, name: string): number | undefined {
  const value = text(params, name)
  if (value === undefined) return undefined
  if (!/^-?\d+$/.test(value))
    throw invalidParam('parameter_invalid_integer', name, `Invalid integer: ${value}`)
  return Number(value)
}

export function flag(params: Params, name: string): boolean {
  const value = text(params, name) ?? 'false'
  if (value !== 'true' && value !== 'false')
    throw invalidParam('parameter_invalid', name, `Invalid boolean: ${value}`)
  return value === 'true'
}

/** An object; empty when it is missing. */
export function nested(params: Params, name: string): Params {
  const value = params[name]
  if (value === undefined || value === '') return {}
  if (typeof value === 'string' || Array.isArray(value))
    throw invalidParam('parameter_invalid_object', name, `Invalid object: ${name}`)
  return value
}

export function list(params: Params, name: string): Param[] {
  const value = params[name]
  if (value === undefined || value === '') return []
  if (!Array.isArray(value)) throw invalidParam('parameter_invalid_array', name, `Invalid array: ${name}`)
  return value
}

/** The metadata after this request: an empty value unsets a key, an empty `metadata` unsets all. */
export function metadata(params: Params, before: Record<string, string> = {}): Record<string, string> {
  if (params.metadata === '') return {}
  const after = { ...before }
  for (const [key, value] of Object.entries(nested(params, 'metadata'))) {
    if (typeof value !== 'string' || value.length > 500 || key.length > 40)
      throw invalidParam(
        'parameter_invalid_string',
        `metadata[${key}]`,
        'Metadata has keys of up to 40 and values of up to 500 characters',
      )
    if (value === '') delete after[key]
    else after[key] = value
  }
  if (Object.keys(after).length > 50)
    throw invalidParam('parameter_invalid', 'metadata', 'Metadata has at most 50 keys')
  return after
}
