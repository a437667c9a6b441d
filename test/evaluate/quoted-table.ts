import { readXz } from './text-archive.ts'

/** The rows of an .csv.xz by the names in its first line; a cell in quotes may hold commas, line ends and doubled quotes (RFC 4180). */
export async function readQuotedTable(path: string): Promise<Record<string, string>[]> {
  const [names = [], ...rows] = quotedRows((await readXz(path)).toString('utf8'))
  return rows.map((cells, index) => {
    if (cells.length !== names.length)
      throw new Error(`${path}: row ${index + 2} has ${cells.length} cells, not ${names.length}`)
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']))
  })
}

export function quotedRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex
    const [, quoted, plain = '', end] = cell.exec(text) ?? []
    if (end === undefined) throw new Error(`a quote inside a cell at character ${at}`)
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
