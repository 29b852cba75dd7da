import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import type { FieldProblem } from '../contract/failure.ts'

/** Checks values against a JSON Schema. */
export interface Validator {
  accepts(value: unknown): boolean
  /** The mistakes in a value that is not accepted, at most 20. */
  problems(value: unknown): FieldProblem[]
  /** A copy of a value without the members that the schema does not have. */
  withoutUnknown(value: unknown): unknown
}

const MAX_PROBLEMS = 20

// By default the library stops after 8 errors, and it may report several errors for one problem.
Settings.Set({ maxErrors: 4 * MAX_PROBLEMS })

/**
 * The validator of a schema; calls with the same schema share it. It compiles on first use, which keeps the start
 * short.
 */
export function createValidator(schema: TSchema): Validator {
  let validator = validators.get(schema)
  if (!validator) {
    validator = makeValidator(schema)
    validators.set(schema, validator)
  }
  return validator
}

const validators = new WeakMap<TSchema, Validator>()

function makeValidator(schema: TSchema): Validator {
  let compiled: ReturnType<typeof Compile> | undefined
  const compile = () => {
    compiled ??= Compile(schema)
    return compiled
  }
  return {
    accepts: (value) => compile().Check(value),
    problems: (value) => toProblems(compile().Errors(value)),
    withoutUnknown: (value) => compile().Clean(structuredClone(value)),
  }
}

interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: Record<string, unknown>
}

function toProblems(errors: SchemaError[]): FieldProblem[] {
  const problems = new Map<string, FieldProblem>()
  for (const error of errors) {
    for (const problem of toProblem(error, errors)) {
      if (!problems.has(problem.field) && problems.size < MAX_PROBLEMS) problems.set(problem.field, problem)
    }
  }
  return [...problems.values()]
}

function toProblem(error: SchemaError, all: readonly SchemaError[]): FieldProblem[] {
  const at = error.instancePath
  switch (error.keyword) {
    case 'required': {
      const missing = error.params.requiredProperties as string[]
      return missing.map((name) => ({ field: `${at}/${escapePointer(name)}`, message: 'is missing' }))
    }
    case 'additionalProperties': {
      const unknown = error.params.additionalProperties as string[]
      return unknown.map((name) => ({
        field: `${at}/${escapePointer(name)}`,
        message: 'is unknown: remove it',
      }))
    }
    // TypeBox reports each unknown member and each branch of a union twice. These are the less useful reports.
    case 'boolean':
      return []
    case 'const':
      if (isInUnion(at, all)) return []
      return [{ field: at, message: `must be ${JSON.stringify(error.params.allowedValue)}` }]
    case 'type':
      return isUnion(at, all) ? [] : [{ field: at, message: error.message }]
    case 'anyOf':
      return [{ field: at, message: alternatives(at, all) ?? 'does not match any of the allowed schemas' }]
    case 'pattern':
      return [{ field: at, message: 'does not have the expected format' }]
    default:
      return [{ field: at, message: error.message }]
  }
}

function isInUnion(at: string, all: readonly SchemaError[]): boolean {
  return all.some(
    ({ keyword, instancePath }) => keyword === 'anyOf' && `${at}/`.startsWith(`${instancePath}/`),
  )
}

/** Whether the value at a path fits no branch of a union. */
function isUnion(at: string, all: readonly SchemaError[]): boolean {
  return all.some(({ instancePath, keyword }) => instancePath === at && keyword === 'anyOf')
}

/** A message with the allowed values and types of a union of literals and types; undefined for other unions. */
function alternatives(at: string, all: readonly SchemaError[]): string | undefined {
  const branches = all.filter(({ instancePath, keyword }) => instancePath === at && keyword !== 'anyOf')
  if (branches.length === 0 || branches.some(({ keyword }) => keyword !== 'const' && keyword !== 'type'))
    return undefined
  const allowed = branches.map(({ keyword, params }) =>
    keyword === 'const' ? JSON.stringify(params.allowedValue) : String(params.type),
  )
  return `must be one of ${[...new Set(allowed)].join(', ')}`
}

/** Escapes a member's name for a JSON Pointer. The library escapes only the path to the object. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
