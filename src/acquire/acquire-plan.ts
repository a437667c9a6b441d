import { parseArgs } from 'node:util'
import type { Modality } from '../reading.ts'
import {
  AUSCULTATION_SITE_VALUES,
  type AuscultationSite,
  GENERATION_MODE_VALUES,
  type GenerationMode,
} from '../records.ts'
import { type Declared, SETTINGS } from '../settings.ts'
import { LocalTime, UTC } from './local-time.ts'

export interface PlannedFile {
  modality: Modality
  path: string
  feedId: string
  deviceId: string
}

/** What one `vigil acquire` is to do. */
export interface AcquirePlan {
  patientId: string
  unitId: string
  bedId: string
  files: readonly PlannedFile[]
  site: AuscultationSite
  framesPerSecond: number
  /** Times its own pace. */
  speed: number | 'max'
  /** Event time of the beginning; now: when the feed starts; null: so that its end is not in the future. */
  start: number | 'now' | null
  mode: GenerationMode
  /** What times mean that name no zone, in the files and in `--start`. */
  local: LocalTime
  /** The flags that are ordinary settings, for `readConfig`. */
  settingsArgv: readonly string[]
}

export type PlannedAcquire = { ok: true; plan: AcquirePlan } | { ok: false; problems: readonly string[] }

export const ACQUIRE_USAGE = [
  'vigil acquire --patient ID --unit U --bed B [--vitals FILE]… [--heart-sound FILE] [--video FILE]',
  '  [--site aortic|pulmonary|tricuspid|mitral] [--fps 1] [--speed 1|10|max] [--start now|ISO time]',
  '  [--time-zone UTC|Europe/Berlin|…] [--mode real|test|demo] and the settings of the log (--kafka-brokers, --data …)',
].join('\n')

const FILES = {
  vitals: { modality: 'vitals', device: 'monitor' },
  'heart-sound': { modality: 'pcg', device: 'stethoscope' },
  video: { modality: 'video', device: 'scope' },
} as const
const OWN = ['patient', 'unit', 'bed', ...Object.keys(FILES), 'site', 'fps', 'speed', 'start', 'time-zone', 'mode']
const SETTING_FLAGS = (Object.values(SETTINGS) as Declared<unknown>[]).map(({ flag }) => flag)

/** Reads the flags and reports every problem at once; looks at no file and no clock. */
export function planAcquire(argv: readonly string[]): PlannedAcquire {
  const problems: string[] = []
  const given = new Map<string, string[]>()
  const settingsArgv: string[] = []
  const options = Object.fromEntries([...OWN, ...SETTING_FLAGS].map((flag) => [flag, { type: 'string' as const }]))
  // Not strict: its errors name one flag and advise three things.
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`unknown argument ${token.value}`)
    if (token.kind !== 'option') continue
    const { name, value } = token
    if (!(name in options)) problems.push(`unknown flag ${token.rawName}`)
    else if (value === undefined || value === '' || (value.startsWith('--') && token.inlineValue !== true))
      problems.push(`--${name} needs a value`)
    else if (OWN.includes(name)) given.set(name, [...(given.get(name) ?? []), value])
    else settingsArgv.push(`--${name}=${value}`)
  }
  const last = (flag: string): string | undefined => given.get(flag)?.at(-1)
  const required = (flag: string): string => {
    if (last(flag) === undefined) problems.push(`--${flag} is missing`)
    return last(flag) ?? ''
  }
  const chosen = <T extends string>(flag: string, values: readonly T[], fallback: T): T => {
    const value = last(flag) ?? fallback
    if (!values.includes(value as T)) problems.push(`--${flag} is one of ${values.join(', ')}`)
    return value as T
  }
  const [patientId, unitId, bedId] = [required('patient'), required('unit'), required('bed')]
  const local = localTimeOf(last('time-zone') ?? 'UTC')
  if (local === null) problems.push('--time-zone is a name of the IANA database, such as Europe/Berlin')
  const plan: AcquirePlan = {
    patientId,
    unitId,
    bedId,
    files: plannedFiles(bedId, given),
    site: chosen('site', AUSCULTATION_SITE_VALUES, 'unknown'),
    framesPerSecond: Number(last('fps') ?? 1),
    speed: last('speed') === 'max' ? 'max' : Number(last('speed') ?? 1),
    start: startOf(last('start'), local ?? UTC),
    mode: chosen('mode', GENERATION_MODE_VALUES, 'real'),
    local: local ?? UTC,
    settingsArgv,
  }
  if (plan.files.length === 0) problems.push('name at least one file: --vitals, --heart-sound or --video')
  if (!(plan.framesPerSecond >= 0.1 && plan.framesPerSecond <= 30)) problems.push('--fps is a number from 0.1 to 30')
  if (plan.speed !== 'max' && !(plan.speed >= 0.1 && plan.speed <= 1000))
    problems.push('--speed is a number from 0.1 to 1000, or max')
  if (typeof plan.start === 'number' && !Number.isFinite(plan.start))
    problems.push('--start is now, or a date and time of ISO 8601')
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan }
}

/** Feeds are named by bed and device, several of a kind by number: `bed-7/monitor`, `bed-7/monitor-2`. */
function plannedFiles(bedId: string, given: ReadonlyMap<string, readonly string[]>): PlannedFile[] {
  const bed = bedId.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return Object.entries(FILES).flatMap(([flag, { modality, device }]) =>
    (given.get(flag) ?? []).map((path, index) => {
      const name = index === 0 ? device : `${device}-${index + 1}`
      return { modality, path, feedId: `${bed}/${name}`, deviceId: `recorded-${name}` }
    }),
  )
}

function startOf(value: string | undefined, local: LocalTime): AcquirePlan['start'] {
  if (value === undefined) return null
  if (value === 'now') return 'now'
  return /^\d{4}-\d{2}-\d{2}/.test(value) ? local.parse(value) : NaN
}

function localTimeOf(timeZone: string): LocalTime | null {
  try {
    return new LocalTime(timeZone)
  } catch {
    return null
  }
}
