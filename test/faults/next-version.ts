import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { learnVersions } from '../../src/ingest/avro-codec.ts'
import { temporaryFolder } from '../live/ward-process.ts'

/** Folders of three packages that differ in their schemas only. */
export interface Versions {
  /** This version, which has been told what the next one writes. */
  prepared: string
  /** The next version: what join and raise write has a field more. */
  next: string
}

/** All that both versions write to each other. */
const CHANGED = ['prediction', 'alert', 'alert-state', 'join-state']
const NEW_FIELD = { name: 'writtenByVersion', type: 'int', doc: 'since the next version', default: 2 }

let made: Versions | null = null

/** Makes the packages, once; this process can read what they write. */
export function versions(): Versions {
  if (made !== null) return made
  const folder = temporaryFolder()
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const [prepared, next] = [join(folder, 'prepared'), join(folder, 'next')]
  for (const root of [prepared, next]) copyPackage(root)
  const schemas = (root: string): string => join(root, 'schemas/avro')
  mkdirSync(join(schemas(prepared), 'next'), { recursive: true })
  for (const name of CHANGED) {
    const text = readFileSync(join(schemas(next), `${name}.avsc`), 'utf8')
    const schema = JSON.parse(text) as { fields: object[] }
    const changed = JSON.stringify({ ...schema, fields: [...schema.fields, NEW_FIELD] })
    writeFileSync(join(schemas(next), `${name}.avsc`), changed)
    writeFileSync(join(schemas(next), 'past', `${name}-before.avsc`), text)
    writeFileSync(join(schemas(prepared), 'next', `${name}.avsc`), changed)
  }
  learnVersions(join(schemas(prepared), 'next'))
  made = { prepared, next }
  return made
}

function copyPackage(root: string): void {
  mkdirSync(join(root, 'dist'), { recursive: true })
  cpSync(join(PACKAGE_ROOT, 'dist/src'), join(root, 'dist/src'), { recursive: true })
  cpSync(join(PACKAGE_ROOT, 'schemas'), join(root, 'schemas'), { recursive: true })
  cpSync(join(PACKAGE_ROOT, 'package.json'), join(root, 'package.json'))
  for (const name of readdirSync(PACKAGE_ROOT))
    if (name === 'node_modules' || name === 'models') symlinkSync(join(PACKAGE_ROOT, name), join(root, name))
}
