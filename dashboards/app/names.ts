import { signal } from '@preact/signals'

/** Names by account: of who answered an alert a person wants to read the name. */
export const names = signal<Readonly<Record<string, string>>>({})

/** Who came since the names were read is asked for once. */
const askedFor = new Set<string>()
let read: () => void = () => undefined

/** How the names are read, which needs a browser. */
export function readNamesBy(reader: () => void): void {
  read = reader
}

export function nameOf(id: string): string {
  const known = names.value[id]
  if (known === undefined && !askedFor.has(id)) {
    askedFor.add(id)
    read()
  }
  return known ?? id
}
