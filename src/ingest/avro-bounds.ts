/** An Avro schema in its parsing canonical form, as avsc gives it. */
type Schema = string | Schema[] | NamedSchema
interface NamedSchema {
  type: string
  name?: string
  fields?: { type: Schema }[]
  symbols?: string[]
  items?: Schema
  values?: Schema
}

interface Cursor {
  body: Buffer
  at: number
}

/** Moves over one value; false when it does not lie within the body. */
type Walk = (cursor: Cursor) => boolean

/**
 * Makes a check whether a body holds exactly one value of a schema. The decoder believes the counts it reads: without this
 * check, a few damaged bytes that say "an array of a thousand million" hold the process until its memory is gone.
 */
export function boundsCheck(schema: unknown): (body: Buffer) => boolean {
  const walk = walkOf(schema as Schema, new Map())
  return (body) => {
    const cursor = { body, at: 0 }
    return walk(cursor) && cursor.at === body.length
  }
}

function walkOf(schema: Schema, named: Map<string, Walk>): Walk {
  if (typeof schema === 'string') return PRIMITIVES[schema] ?? ((cursor) => named.get(schema)?.(cursor) ?? false)
  if (Array.isArray(schema)) {
    const branches = schema.map((branch) => walkOf(branch, named))
    return (cursor) => branches[readLong(cursor)]?.(cursor) ?? false
  }
  const { type, name, fields = [], symbols = [], items, values } = schema
  if (type === 'record') {
    const walks: Walk[] = []
    const walk: Walk = (cursor) => walks.every((field) => field(cursor))
    if (name !== undefined) named.set(name, walk)
    walks.push(...fields.map((field) => walkOf(field.type, named)))
    return walk
  }
  if (type === 'enum') {
    const walk: Walk = (cursor) => symbols[readLong(cursor)] !== undefined
    if (name !== undefined) named.set(name, walk)
    return walk
  }
  if (items !== undefined) return blocks(walkOf(items, named))
  if (values !== undefined) {
    const value = walkOf(values, named)
    return blocks((cursor) => sized(cursor) && value(cursor))
  }
  return walkOf(type, named)
}

const PRIMITIVES: Readonly<Record<string, Walk>> = {
  null: () => true,
  boolean: (cursor) => skip(cursor, 1),
  int: (cursor) => !Number.isNaN(readLong(cursor)),
  long: (cursor) => !Number.isNaN(readLong(cursor)),
  float: (cursor) => skip(cursor, 4),
  double: (cursor) => skip(cursor, 8),
  bytes: sized,
  string: sized,
}

function sized(cursor: Cursor): boolean {
  return skip(cursor, readLong(cursor))
}

function skip(cursor: Cursor, bytes: number): boolean {
  if (!(bytes >= 0 && cursor.at + bytes <= cursor.body.length)) return false
  cursor.at += bytes
  return true
}

/** Arrays and maps come in counted blocks; a negative count is followed by the block's size in bytes. */
function blocks(item: Walk): Walk {
  return (cursor) => {
    for (;;) {
      let count = readLong(cursor)
      if (Number.isNaN(count)) return false
      if (count === 0) return true
      if (count < 0) {
        count = -count
        readLong(cursor)
      }
      for (; count > 0; count--) {
        const from = cursor.at
        if (!item(cursor) || cursor.at === from) return false
      }
    }
  }
}

/** A zig-zag variable-length integer; NaN when it does not end within the body or within ten bytes. */
function readLong(cursor: Cursor): number {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = cursor.body[cursor.at]
    if (byte === undefined) return NaN
    cursor.at++
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  return NaN
}
