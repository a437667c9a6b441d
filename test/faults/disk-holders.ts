import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Which processes have something of a folder open or mapped, and which is not this one: `name (pid): path`. */
export function holdersOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  return pids.flatMap((pid) => {
    const path = openIn(folder, join('/proc', pid))
    return path === null
      ? []
      : [`${said(() => readFileSync(join('/proc', pid, 'comm'), 'utf8').trim())} (${pid}): ${path}`]
  })
}

function openIn(folder: string, process: string): string | null {
  const files = said(() => readdirSync(join(process, 'fd')).join('\n'))
    .split('\n')
    .map((fd) => join('fd', fd))
  for (const link of ['cwd', 'root', 'exe', ...files]) {
    const path = said(() => readlinkSync(join(process, link)))
    if (path === folder || path.startsWith(`${folder}/`)) return path
  }
  const at = (line: string): number => line.indexOf(`${folder}/`)
  const mapped = said(() => readFileSync(join(process, 'maps'), 'utf8'))
    .split('\n')
    .find((line) => at(line) >= 0)
  return mapped === undefined ? null : mapped.slice(at(mapped))
}

/** Processes end while they are looked at. */
function said(look: () => string): string {
  try {
    return look()
  } catch {
    return ''
  }
}
