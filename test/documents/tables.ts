import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { ERRORS } from '../../src/errors.ts'
import { TOPICS } from '../../src/ingest/topics.ts'
import { Metrics } from '../../src/metrics.ts'
import { settingsTable } from '../../src/settings.ts'

/** Where each table stands and what it must say; `npm run documents` writes them, a test compares them. */
export const TABLES = [
  { file: 'README.md', name: 'settings', render: () => Promise.resolve(settingsTable()) },
  { file: 'src/README.md', name: 'topics', render: () => Promise.resolve(topicsTable()) },
  { file: 'src/README.md', name: 'errors', render: () => Promise.resolve(errorsTable()) },
  { file: 'src/README.md', name: 'metrics', render: metricsTable },
] as const

/** The document with the table between its marks replaced. */
export function withTable(document: string, name: string, table: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [document.indexOf(open), document.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the document has no place for the table of ${name}`)
  return `${document.slice(0, from + open.length)}\n\n${table}\n\n${document.slice(to)}`
}

export function readDocument(file: string): string {
  return readFileSync(join(PACKAGE_ROOT, file), 'utf8')
}

function topicsTable(): string {
  const rows = Object.entries(TOPICS).map(
    ([topic, { record, kept, deadLetteredBy }]) => `| \`${topic}\` | ${record} | ${kept} | ${deadLetteredBy} |`,
  )
  return ['| topic | record | kept | what is unreadable is dead-lettered by |', '|---|---|---|---|', ...rows].join('\n')
}

function errorsTable(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { domain, retry, says }]) => `| \`${code}\` | ${domain} | ${retry} | ${says} |`,
  )
  return ['| code | domain | worth a retry | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

async function metricsTable(): Promise<string> {
  const metrics = await new Metrics().registry.getMetricsAsJSON()
  const rows = metrics.map(({ name, type, help }) => `| \`${name}\` | ${String(type)} | ${help} |`)
  return ['| metric | kind | meaning |', '|---|---|---|', ...rows].join('\n')
}

if (process.argv[2] === '--write')
  for (const { file, name, render } of TABLES)
    writeFileSync(join(PACKAGE_ROOT, file), withTable(readDocument(file), name, await render()))
