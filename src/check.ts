/** What a check found: what it saw and, where something is wrong, what to do. One line each; no patient data, no secrets. */
export type Finding = { about: string; saw: string } & (
  | { standing: 'ok' | 'not known'; todo?: never }
  /** warning: it runs, but not as it should. broken: it does not do its part, or harm is done. */
  | { standing: 'warning' | 'broken'; todo: string }
)

/** A look at one thing that changes nothing. Several findings where several things are wrong. */
export interface Check {
  about: string
  /** The signal comes at the deadline: what was started for the check ends then. */
  look(signal: AbortSignal): Promise<Finding[]>
}

export function ok(about: string, saw: string): Finding {
  return { about, standing: 'ok', saw }
}

/** Where nothing can be seen, nothing is claimed. */
export function notKnown(about: string, saw: string): Finding {
  return { about, standing: 'not known', saw }
}

export function warning(about: string, saw: string, todo: string): Finding {
  return { about, standing: 'warning', saw, todo }
}

export function broken(about: string, saw: string, todo: string): Finding {
  return { about, standing: 'broken', saw, todo }
}

/** Names, the first few; the rest is counted. */
export function some(names: readonly string[], most = 4): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}

/** A duration as a person says it. */
export function duration(ms: number): string {
  const steps = [
    [86_400_000, 'days'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const
  const [unitMs, unit] = steps.find(([stepMs]) => Math.abs(ms) >= 2 * stepMs) ?? [1, 'ms']
  return `${Math.round(ms / unitMs)} ${unit}`
}

export function megabytes(bytes: number): string {
  return bytes >= 10e9 ? `${Math.round(bytes / 1e9)} GB` : `${Math.round(bytes / 1e6)} MB`
}
