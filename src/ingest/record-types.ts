import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../config.ts'

type Schema = string | Schema[] | NamedSchema
interface NamedSchema {
  type: string
  name?: string
  doc?: string
  symbols?: string[]
  items?: Schema
  values?: Schema
  fields?: { name: string; type: Schema; doc?: string }[]
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  bytes: 'Buffer',
  null: 'null',
}

/** Renders schemas/avro as TypeScript, so that the schema is the type. `npm run generate` writes src/records.ts. */
export function renderRecordTypes(schemas: readonly unknown[]): string {
  const declarations = new Map<string, string>()

  function typeOf(schema: Schema): string {
    if (typeof schema === 'string') return PRIMITIVES[schema] ?? schema
    if (Array.isArray(schema)) return [...schema].reverse().map(typeOf).join(' | ')
    if (schema.type === 'array' && schema.items !== undefined) return `${parenthesised(typeOf(schema.items))}[]`
    if (schema.type === 'map' && schema.values !== undefined) return `Record<string, ${typeOf(schema.values)}>`
    if (schema.name === undefined) return PRIMITIVES[schema.type] ?? schema.type
    declare(schema.name, schema)
    return schema.name
  }

  function declare(name: string, schema: NamedSchema): void {
    if (declarations.has(name)) return
    declarations.set(name, '')
    const doc = schema.doc === undefined ? '' : `/** ${schema.doc} */\n`
    if (schema.symbols !== undefined) {
      const symbols = schema.symbols.map((symbol) => `'${symbol}'`).join(', ')
      declarations.set(
        name,
        `${doc}export const ${constantName(name)} = [${symbols}] as const\n` +
          `export type ${name} = (typeof ${constantName(name)})[number]\n`,
      )
      return
    }
    const fields = (schema.fields ?? []).map(({ name: field, type, doc: fieldDoc }) => {
      const comment = fieldDoc === undefined ? '' : `  /** ${fieldDoc} */\n`
      return `${comment}  ${field}: ${typeOf(type)}\n`
    })
    declarations.set(name, `${doc}export interface ${name} {\n${fields.join('')}}\n`)
  }

  for (const schema of schemas as NamedSchema[]) typeOf(schema)
  return `// Generated from schemas/avro by \`npm run generate\`; do not edit.\n\n${[...declarations.values()].join('\n')}`
}

/** The schemas of today, in the order of their file names. */
export function readSchemas(): unknown[] {
  const folder = join(PACKAGE_ROOT, 'schemas/avro')
  const files = readdirSync(folder).filter((file) => file.endsWith('.avsc'))
  return files.sort().map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown)
}

function parenthesised(type: string): string {
  return type.includes('|') ? `(${type})` : type
}

function constantName(name: string): string {
  return `${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}_VALUES`
}

if (process.argv[2] === '--write') writeFileSync(join(PACKAGE_ROOT, 'src/records.ts'), renderRecordTypes(readSchemas()))
