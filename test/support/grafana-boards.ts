import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/config.ts'

export const GRAFANA = join(PACKAGE_ROOT, 'dashboards', 'grafana')

export interface Target {
  refId: string
  datasource: { type: string; uid: string }
  expr?: string
  instant?: boolean
  rawSql?: string
}

export interface Panel {
  id: number
  type: string
  title: string
  datasource?: { type: string; uid: string }
  gridPos: { x: number; y: number; w: number; h: number }
  fieldConfig?: { defaults: { unit?: string } }
  targets?: Target[]
}

export interface Board {
  file: string
  uid: string
  title: string
  editable: boolean
  templating: { list: { name: string; options: { value: string }[] }[] }
  panels: Panel[]
}

export function readBoards(): Board[] {
  const folder = join(GRAFANA, 'boards')
  return readdirSync(folder).map((file) => ({
    file,
    ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Board, 'file'>),
  }))
}

/** The queries of all boards, each with where it stands. */
export function boardQueries(): { where: string; target: Target }[] {
  return readBoards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map((target) => ({ where: `${file}: ${title} ${target.refId}`, target })),
    ),
  )
}

/** What Grafana makes of a query to Prometheus. */
export function expandedPromQl(expr: string, rateIntervalS: number): string {
  return expr.replaceAll('$__rate_interval', `${rateIntervalS}s`)
}

/** What Grafana makes of a query to a data source that says it is TimescaleDB. */
export function expandedSql(
  sql: string,
  { fromMs, toMs, intervalS, mode }: { fromMs: number; toMs: number; intervalS: number; mode: string },
): string {
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
  return sql
    .replaceAll('$__interval', `${intervalS}s`)
    .replace(/\$__timeGroupAlias\((\w+),\s*(\d+)s\)/g, `time_bucket('$2.000s',$1) AS "time"`)
    .replace(/\$__timeFilter\((\w+)\)/g, `$1 BETWEEN '${from}' AND '${to}'`)
    .replaceAll('$mode', mode)
}
