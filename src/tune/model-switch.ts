import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config.ts'
import { Metrics } from '../metrics.ts'
import { type ModelChoice, readChoice, writeChoice } from '../predict/model-choice.ts'
import { type ModelFolder, readModelFolder } from '../predict/model-folder.ts'
import { shadowReport } from '../predict/shadow-comparison.ts'
import { forgetShadowFigures, readShadowFigures } from '../predict/shadows.ts'
import { FrozenEncoder } from './frozen-encoder.ts'

export const SWITCH_USAGE = [
  'vigil shadow FOLDER         run a model beside those that serve; nobody is alerted. Without a folder: how it compares. --stop ends it',
  'vigil promote FOLDER        let a model take the place of the one that answers the same; running wards follow within seconds',
  'vigil rollback              back to what served before the last promotion',
].join('\n')

export type SwitchCommand = 'shadow' | 'promote' | 'rollback'

interface Surroundings {
  config: Pick<Config, 'dataDir' | 'models'>
  clock: Clock
  logger: Logger
}

/** What was done, in lines; or why nothing was. */
export type Switched = { ok: true; lines: readonly string[] } | { ok: false; why: string }

/** Writes down which models a person wants; the wards of the data folder prove them once more before they follow. */
export async function switchModels(
  command: SwitchCommand,
  target: string | null,
  around: Surroundings,
): Promise<Switched> {
  const { dataDir, models } = around.config
  const choice = await readChoice(dataDir, models)
  switch (command) {
    case 'shadow':
      if (target === null) return report(choice, dataDir)
      if (target === '--stop') return stopShadow(choice, dataDir)
      return shadow(choice, target, around)
    case 'promote':
      return target === null ? { ok: false, why: 'which folder?' } : promote(choice, target, around)
    case 'rollback':
      return rollback(choice, dataDir)
  }
}

async function shadow(choice: ModelChoice, target: string, around: Surroundings): Promise<Switched> {
  const name = nameOf(target)
  const proven = await provenFolder(name, around)
  if (!proven.ok) return proven
  if (choice.serving.includes(name)) return { ok: false, why: `${name} serves already` }
  await forgetShadowFigures(around.config.dataDir)
  await writeChoice(around.config.dataDir, { ...choice, shadow: [name] })
  return { ok: true, lines: [`${name} runs in the shadow; vigil shadow says how it compares`] }
}

async function promote(choice: ModelChoice, target: string, around: Surroundings): Promise<Switched> {
  const name = nameOf(target)
  const proven = await provenFolder(name, around)
  if (!proven.ok) return proven
  if (choice.serving.includes(name)) return { ok: false, why: `${name} serves already` }
  const { scorer } = proven.folder.card
  const serving: string[] = []
  const replaced: string[] = []
  for (const served of choice.serving) {
    const read = await readModelFolder(served)
    if (read.ok && read.folder.card.scorer === scorer) replaced.push(served)
    else serving.push(served)
  }
  await writeChoice(around.config.dataDir, {
    ...choice,
    serving: [...serving, name],
    shadow: choice.shadow.filter((one) => one !== name),
    previous: choice.serving,
  })
  const place = replaced.length === 0 ? 'no model answered this before' : `in the place of ${replaced.join(', ')}`
  return { ok: true, lines: [`${name} serves, ${place}; vigil rollback takes it back`] }
}

async function rollback(choice: ModelChoice, dataDir: string): Promise<Switched> {
  if (choice.previous === null) return { ok: false, why: 'nothing was promoted' }
  await writeChoice(dataDir, { ...choice, serving: choice.previous, previous: null })
  return { ok: true, lines: [`${choice.previous.join(', ') || 'no model'} serves as before`] }
}

async function stopShadow(choice: ModelChoice, dataDir: string): Promise<Switched> {
  if (choice.shadow.length === 0) return { ok: false, why: 'no model runs in the shadow' }
  await writeChoice(dataDir, { ...choice, shadow: [] })
  return { ok: true, lines: [`${choice.shadow.join(', ')} runs no more`] }
}

async function report(choice: ModelChoice, dataDir: string): Promise<Switched> {
  const figures = await readShadowFigures(dataDir)
  const lines = choice.shadow.flatMap((name) => {
    const of = figures.get(name)
    return of === undefined ? [`${name}: no window yet`] : shadowReport(name, of)
  })
  return { ok: true, lines: [`${choice.serving.join(', ') || 'no model'} serves`, ...lines] }
}

/** A folder that somebody has is a path; what only lies below models/ keeps its name. */
function nameOf(target: string): string {
  return existsSync(target) ? resolve(target) : target
}

async function provenFolder(
  name: string,
  { clock, logger }: Surroundings,
): Promise<{ ok: true; folder: ModelFolder } | { ok: false; why: string }> {
  const read = await readModelFolder(name)
  if (!read.ok) return { ok: false, why: `${name}: ${read.detail} (${read.code})` }
  const encoder = new FrozenEncoder(read.folder, { clock, logger, metrics: new Metrics() })
  try {
    const unproven = await encoder.start()
    return unproven === null ? read : { ok: false, why: `${name} does not prove itself: ${unproven}` }
  } finally {
    await encoder.stop()
  }
}
