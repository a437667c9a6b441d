import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pack } from 'tar-stream'
import { xzOf } from './xz-file.ts'

type Row = Readonly<Record<string, string | number>>

/** A table with the names of its first row's columns in its first line. */
export async function writeTable(path: string, rows: readonly Row[]): Promise<void> {
  await put(path, tableOf(rows))
}

/** The same as an .xz; cells with commas are quoted. */
export async function writePackedTable(path: string, rows: readonly Row[]): Promise<void> {
  await put(path, xzOf(Buffer.from(tableOf(rows))))
}

/** Text files by name, as a .tar.xz. */
export async function writeArchive(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  const tar = pack()
  const parts: Buffer[] = []
  const read = (async () => {
    for await (const part of tar) parts.push(part as Buffer)
  })()
  for (const [name, text] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, text)
  tar.finalize()
  await read
  await put(path, xzOf(Buffer.concat(parts)))
}

export async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

function tableOf(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {})
  const lines = [names, ...rows.map((row) => names.map((name) => `${row[name] ?? ''}`))]
  return lines.map((cells) => `${cells.map((cell) => (cell.includes(',') ? `"${cell}"` : cell)).join(',')}\n`).join('')
}
