/**
 * Freezes a value deeply. A module that changes it after the call gets an error; in a remote call the change would be
 * lost.
 */
export function deepFreeze(value: unknown): void {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
}
