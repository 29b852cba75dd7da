import { type TProperties, Type } from 'typebox'

/** Schema of an object that rejects unknown members, so that misspelt ones are reported and not ignored. */
export function Strict<const Properties extends TProperties>(properties: Properties, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) })
}

/** The output of a command that returns nothing: `{}`. */
export const Nothing = Strict({})
