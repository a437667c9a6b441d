import { readFile } from 'node:fs/promises'

/** The rows of a table by the names in its first line. Throws on a quoted cell: none of the data sets has any. */
export async function readTable(path: string): Promise<Record<string, string>[]> {
  const [head = '', ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/)
  const names = head.split(',')
  return lines.map((line, index) => {
    const cells = line.split(',')
    if (cells.length !== names.length || line.includes('"'))
      throw new Error(`${path}: row ${index + 2} has ${cells.length} cells, not ${names.length}`)
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']))
  })
}
