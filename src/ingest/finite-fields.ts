/** The path of the first number that is NaN or infinite, such as `numerics.2.value`; null when all are finite. */
export function nonFiniteField(content: unknown, path = ''): string | null {
  if (typeof content === 'number') return Number.isFinite(content) ? null : path
  if (typeof content !== 'object' || content === null || content instanceof Uint8Array) return null
  for (const [name, value] of Object.entries(content)) {
    const field = nonFiniteField(value, path === '' ? name : `${path}.${name}`)
    if (field !== null) return field
  }
  return null
}
