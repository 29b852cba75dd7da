import { type TProperties, Type } from 'typebox'

/** An object that has just these members: an unknown one is a mistake to report, not to ignore. */
export function Strict<const Properties extends TProperties>(properties: Properties, description?: string) {
  return Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) })
}

/** The answer of a command that has nothing to tell. */
export const Nothing = Strict({})
