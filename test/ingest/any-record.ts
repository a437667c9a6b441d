import fc from 'fast-check'

type Schema = string | Schema[] | NamedSchema
interface NamedSchema {
  type: string | Schema
  name?: string
  fields?: { name: string; type: Schema }[]
  symbols?: string[]
  items?: Schema
  values?: Schema
}

const TEXT = fc.string({ unit: 'grapheme', maxLength: 12 })
/** avsc assigns a map's entries to a plain object one by one, where this one name is no entry. */
const KEY = TEXT.filter((name) => name !== '__proto__')

const PRIMITIVES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  // The decoder is exact to 52 bits: 142,000 years of milliseconds.
  long: fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }),
  double: fc.double({ noNaN: true }),
  string: TEXT,
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
}

/** Any record of a schema. */
export function anyRecord(schema: unknown): fc.Arbitrary<unknown> {
  const named = new Map<string, fc.Arbitrary<unknown>>()

  function of(part: Schema): fc.Arbitrary<unknown> {
    if (typeof part === 'string')
      return PRIMITIVES[part] ?? named.get(part.split('.').at(-1) ?? '') ?? fc.constant(null)
    if (Array.isArray(part)) return fc.oneof(...part.map(of))
    const { type, name = '', fields, symbols, items, values } = part
    let arbitrary: fc.Arbitrary<unknown>
    if (fields !== undefined)
      arbitrary = fc.record(Object.fromEntries(fields.map((field) => [field.name, of(field.type)])))
    else if (symbols !== undefined) arbitrary = fc.constantFrom(...symbols)
    else if (items !== undefined) arbitrary = fc.array(of(items), { maxLength: 4 })
    else if (values !== undefined) arbitrary = fc.dictionary(KEY, of(values), { maxKeys: 4, noNullPrototype: true })
    else arbitrary = of(type)
    named.set(name, arbitrary)
    return arbitrary
  }

  return of(schema as Schema)
}
