/** Freezes a value all the way down, so that what a module changes after the call shows as an error, as it would be lost remotely. */
export function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}
