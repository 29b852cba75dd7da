import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import type { FieldProblem } from '../contract/failure.ts'

/** A compiled JSON Schema. */
export interface Validator {
  accepts(value: unknown): boolean
  /** What is wrong with a value that is not accepted, at most 20 problems. */
  problems(value: unknown): FieldProblem[]
  /** A copy without the members that the schema does not know. */
  withoutUnknown(value: unknown): unknown
}

const MAX_PROBLEMS = 20

// The library stops at 8, and counts what is told twice; each problem may have several of its errors.
Settings.Set({ maxErrors: 4 * MAX_PROBLEMS })

/** The validator of a schema, one for each; it compiles on first use, so that a start does not pay for the methods that nobody calls. */
export function createValidator(schema: TSchema): Validator {
  let validator = made.get(schema)
  if (!validator) {
    validator = makeValidator(schema)
    made.set(schema, validator)
  }
  return validator
}

const made = new WeakMap<TSchema, Validator>()

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
        message: 'is not known here: remove it',
      }))
    }
    // TypeBox tells of each unknown member and each union branch a second time, in words that help nobody.
    case 'boolean':
    case 'const':
      return []
    case 'anyOf':
      return [{ field: at, message: whichOf(at, all) ?? error.message }]
    case 'pattern':
      return [{ field: at, message: 'is not in the form that is expected here' }]
    default:
      return [{ field: at, message: error.message }]
  }
}

/** The values that a union at a place takes; undefined when it takes others than named ones. */
function whichOf(at: string, all: readonly SchemaError[]): string | undefined {
  const branches = all.filter(({ instancePath, keyword }) => instancePath === at && keyword !== 'anyOf')
  if (branches.length === 0 || branches.some(({ keyword }) => keyword !== 'const')) return undefined
  const values = branches.map(({ params }) => JSON.stringify(params.allowedValue))
  return `must be one of ${[...new Set(values)].join(', ')}`
}

/** The library escapes the path to a member, not the names that it tells of. */
function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
