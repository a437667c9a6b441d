import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SETTINGS, type Declared, type SettingName } from './settings.ts'
import { isIssuer, publicUrlProblem } from './public-url.ts'
import { STAGES, type StageName } from './stage.ts'

/** The folder that holds package.json, schemas and models, from the source and from the build alike. */
export const PACKAGE_ROOT = packageRoot(dirname(fileURLToPath(import.meta.url)))

/** What runs, as package.json says it. */
export const PACKAGE_VERSION = (
  JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string }
).version

type Settings = typeof SETTINGS
type Widened<T> = T extends number
  ? number
  : T extends boolean
    ? boolean
    : T extends readonly string[]
      ? readonly string[]
      : T
export type Config = { readonly [K in SettingName]: Widened<Settings[K]['fallback']> } & {
  readonly demo: 'auto' | 'on' | 'off'
  readonly tokenRole: 'nurse' | 'engineer' | 'quality' | 'admin'
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: readonly string[] }

/**
 * Reads settings from the environment and the command line (the line wins) and reports every problem at once.
 * Nothing is started and nothing is written before all settings are good.
 */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const problems: string[] = []
  const given = new Map<string, string>()
  const flags = new Map(Object.entries(SETTINGS).map(([name, setting]) => [setting.flag, name]))
  const envs = new Map(Object.entries(SETTINGS).map(([name, setting]) => [setting.env, name]))

  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith('VIGIL_') || value === undefined) continue
    const name = envs.get(key)
    if (name === undefined) problems.push(`unknown setting ${key}`)
    else given.set(name, value)
  }
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    const [flag = '', inline] = argument.startsWith('--') ? splitOnce(argument.slice(2), '=') : ['']
    const name = flags.get(flag)
    if (name === undefined) {
      problems.push(`unknown setting ${argument}`)
      continue
    }
    const next = argv[index + 1]
    if (inline !== undefined) given.set(name, inline)
    else if (next === undefined || next.startsWith('--')) problems.push(`--${flag} needs a value`)
    else {
      given.set(name, next)
      index++
    }
  }

  const config: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Declared<unknown>][]) {
    const raw = given.get(name)
    const parsed = raw === undefined ? { value: setting.fallback } : parse(setting, raw)
    if ('problem' in parsed) problems.push(parsed.problem)
    else config[name] = parsed.value
  }
  // npm runs its scripts in the package's folder; what a person types is meant from where that person is.
  const typedIn = env['npm_lifecycle_event'] === 'start' ? env['INIT_CWD'] : undefined
  if (typedIn !== undefined && given.has('dataDir')) config['dataDir'] = resolve(typedIn, given.get('dataDir') ?? '')
  if (problems.length === 0) problems.push(...contradictions(config as unknown as Config))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: config as unknown as Config }
}

/** The defaults, with changes; for tests and embedding. */
export function defaultConfig(changes: Partial<Config> = {}): Config {
  const fallbacks = Object.entries(SETTINGS).map(([name, setting]) => [name, setting.fallback])
  return { ...(Object.fromEntries(fallbacks) as unknown as Config), ...changes }
}

/** The real-recordings folder, or null where it is not there. */
export function recordingsFolder(config: Config): string | null {
  const folder = resolve(PACKAGE_ROOT, config.recordingsDir)
  return existsSync(folder) ? folder : null
}

function parse(setting: Declared<unknown>, raw: string): { value: unknown } | { problem: string } {
  const { flag, kind, min = -Infinity, max = Infinity } = setting
  switch (kind) {
    case 'text':
      return { value: raw }
    case 'list':
      return {
        value: raw
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      }
    case 'choice':
      return setting.choices?.includes(raw) === true
        ? { value: raw }
        : { problem: `--${flag} is one of ${setting.choices?.join(', ')}` }
    case 'fraction':
    case 'integer': {
      const value = raw.trim() === '' ? NaN : Number(raw)
      const whole = kind === 'integer'
      const good = Number.isFinite(value) && value >= min && value <= max && (Number.isInteger(value) || !whole)
      return good ? { value } : { problem: `--${flag} is a ${whole ? 'whole ' : ''}number from ${min} to ${max}` }
    }
  }
}

function contradictions(config: Config): string[] {
  const problems: string[] = []
  const unknown = config.stages.filter((stage) => !STAGES.includes(stage as StageName))
  if (unknown.length > 0) problems.push(`unknown stage ${unknown.join(', ')}; there are ${STAGES.join(', ')}`)
  if (config.stages.length === 0) problems.push('--stages names at least one stage')
  if (config.escalateTo.length < 1 || config.escalateTo.length > 3)
    problems.push('--escalate-to names one to three recipients: there are three levels')
  if (config.stages.includes('join') !== config.stages.includes('predict'))
    problems.push('join hands its windows to predict in memory: name both or neither in --stages')
  const noAddress = publicUrlProblem(config.publicUrl)
  if (noAddress !== null) problems.push(noAddress)
  if (config.oidcIssuer !== '' && !isIssuer(config.oidcIssuer))
    problems.push('--oidc-issuer is an https address, or one of this machine')
  if (config.oidcIssuer !== '' && (config.oidcClientId === '' || config.publicUrl === ''))
    problems.push('--oidc-issuer needs --oidc-client-id and --public-url')
  if (config.kafkaBrokers.length === 0 && STAGES.some((stage) => !config.stages.includes(stage) && stage !== 'acquire'))
    problems.push('the embedded log belongs to one process: run all stages, or name --kafka-brokers')
  return problems
}

function splitOnce(value: string, separator: string): [string, string | undefined] {
  const at = value.indexOf(separator)
  return at < 0 ? [value, undefined] : [value.slice(0, at), value.slice(at + 1)]
}

function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder))
}
