import { SystemClock } from '../../src/clock.ts'
import { openBrowser } from '../live/browser.ts'
import { SlowLine } from '../live/slow-line.ts'
import { chromiumPath } from '../support/prerequisites.ts'
import { AlertPage } from './alert-page.ts'
import { type Benchmark, type Figure, median, quantile } from './figure.ts'
import type { Crossing } from './live-ward-messages.ts'
import { ALERT_WITHIN_MS, latenciesOf, LiveWard, type Sighting } from './live-ward.ts'
import { SocketScreens } from './socket-screens.ts'

const BEDS = 32
const SOCKETS = 4
const WAVEFORMS = ['ecg', 'pleth', 'abp']
/** What the tiles of so many beds have room for on such a page, and so all that it asks for. */
const DRAWN = ['ecg']
/** Less than half of what the numbers and waveforms of such a board need. */
const SLOW_BYTES_PER_SECOND = 24 * 1024
const MOST_PAIRS = 3
const SETTLE_MS = 10_000
const ROUND_MS = 28_000
const EVERY_MS = 400
const clock = new SystemClock()

/** What was seen in one round, in which the second page's line was slow, or was not. */
interface Round {
  alerts: number
  /** of the first page and of the sockets, from reading to screen */
  fastMs: number[]
  /** of the page at the line: to its script, and painted */
  cameMs: number[]
  paintedMs: number[]
  /** that came over the line, and that came to a socket */
  waveforms: number
  waveformsSent: number
  kbPerSecond: number
  wardCpuPct: number
  wardRssMb: number
}

/**
 * Two boards in Chromium and some sockets on a ward of 32 beds. The line of the second board is slow in every second round,
 * else as fast as the others', so that what it costs to draw a second board is in both.
 */
export const slowScreen: Benchmark = {
  name: 'slow-screen',
  run: async (say, { pairs }) => {
    if (chromiumPath() === null) {
      say('  left out: there is no Chromium')
      return []
    }
    const ward = await LiveWard.start({ beds: BEDS, waveforms: WAVEFORMS })
    const line = new SlowLine(Number(new URL(ward.address).port))
    const browser = await openBrowser()
    let sockets: SocketScreens | null = null
    try {
      sockets = await SocketScreens.open(ward.address, SOCKETS, DRAWN)
      const page = await AlertPage.open(browser, ward.address, BEDS, WAVEFORMS)
      const far = await AlertPage.open(browser, `http://127.0.0.1:${await line.open()}`, BEDS, WAVEFORMS)
      const bench = { ward, line, sockets, page, far }
      const [without, withSlow]: [Round[], Round[]] = [[], []]
      for (let pair = 0; pair < Math.min(pairs, MOST_PAIRS); pair++) {
        without.push(await round(bench, Infinity))
        withSlow.push(await round(bench, SLOW_BYTES_PER_SECOND))
        for (const each of [without.at(-1), withSlow.at(-1)]) if (each !== undefined) say(`  ${lineOf(each)}`)
      }
      if (line.count > 0) say(`  ${line.count} connections over the line`)
      return figuresOf(without, withSlow)
    } finally {
      sockets?.close()
      line.close()
      await browser.close()
      await ward.stop()
    }
  },
}

interface Bench {
  ward: LiveWard
  line: SlowLine
  sockets: SocketScreens
  page: AlertPage
  far: AlertPage
}

async function round({ ward, line, sockets, page, far }: Bench, bytesPerSecond: number): Promise<Round> {
  line.limit(bytesPerSecond)
  await clock.sleep(SETTLE_MS)
  const before = await far.stamps()
  const [fromMs, passed, sent, cpu] = [clock.monotonicMs(), line.passed, sockets.waveforms, ward.cpuSeconds().ward]
  const first = ward.crossings.length
  ward.cross(EVERY_MS)
  await clock.sleep(ROUND_MS)
  ward.cross(null)
  const seconds = (clock.monotonicMs() - fromMs) / 1_000
  const after = await far.stamps()
  const measured = {
    waveforms: after.waveforms - before.waveforms,
    waveformsSent: sockets.waveforms - sent,
    kbPerSecond: (line.passed - passed) / seconds / 1024,
    wardCpuPct: (100 * (ward.cpuSeconds().ward - cpu)) / seconds,
    wardRssMb: ward.rssMb(),
  }
  await clock.sleep(ALERT_WITHIN_MS)
  const crossings: Crossing[] = ward.crossings.slice(first)
  const [near, slow] = [await page.stamps(), await far.stamps()]
  const of = (seen: readonly Sighting[]): number[] => latenciesOf(crossings, seen)
  return {
    ...measured,
    alerts: crossings.length,
    fastMs: [near.painted, ...sockets.seen].flatMap(of),
    cameMs: of(slow.came),
    paintedMs: of(slow.painted),
  }
}

function lineOf({ alerts, fastMs, paintedMs, waveforms, waveformsSent, kbPerSecond }: Round): string {
  const [p50, p99] = [0.5, 0.99].map((q) => `${quantile(fastMs, q).toFixed(0)} ms`)
  const shown = paintedMs.filter(Number.isFinite).length
  return `others p50 ${p50}, p99 ${p99}; second page ${shown} of ${alerts} alerts, ${waveforms} of ${waveformsSent} waveforms, ${kbPerSecond.toFixed(0)} KB/s`
}

function figuresOf(without: readonly Round[], withSlow: readonly Round[]): Figure[] {
  const sumOf = (rounds: readonly Round[], of: (round: Round) => number): number =>
    rounds.reduce((sum, each) => sum + of(each), 0)
  const alerts = sumOf(withSlow, (each) => each.alerts)
  const shown = sumOf(withSlow, ({ paintedMs }) => paintedMs.filter(Number.isFinite).length)
  const waveforms = sumOf(withSlow, (each) => each.waveforms) / sumOf(withSlow, (each) => each.waveformsSent)
  const p99 = ({ fastMs }: Round): number => quantile(fastMs, 0.99)
  const ratios = withSlow.map((each, pair) => p99(each) / p99(without[pair] ?? each))
  const middle = (rounds: readonly Round[], of: (round: Round) => number): number => median(rounds.map(of))
  const painted = withSlow.flatMap(({ paintedMs }) => paintedMs)
  const came = withSlow.flatMap(({ cameMs }) => cameMs)
  const slow = `a screen of ${BEDS} beds at ${SLOW_BYTES_PER_SECOND / 1024} KB/s`
  const others = `alert to the other ${SOCKETS + 1} screens, p99`
  return [
    { name: 'alertsShownPct', says: `${slow}: of ${alerts} alerts, shown`, value: (100 * shown) / alerts, unit: '%' },
    { name: 'waveformsPct', says: `${slow}: waveforms that came`, value: 100 * waveforms, unit: '%' },
    { name: 'slowCameP50Ms', says: `${slow}: alert, reading to its script, p50`, value: quantile(came, 0.5), unit: 'ms' },
    { name: 'slowPaintedP50Ms', says: `${slow}: alert, reading to painted, p50`, value: quantile(painted, 0.5), unit: 'ms' },
    { name: 'slowPaintedP99Ms', says: `${slow}: alert, reading to painted, p99`, value: quantile(painted, 0.99), unit: 'ms' },
    { name: 'othersP99Ms', says: `${others}, without it`, value: middle(without, p99), unit: 'ms' },
    { name: 'othersP99SlowMs', says: `${others}, with it`, value: middle(withSlow, p99), unit: 'ms' },
    { name: 'othersP99Ratio', says: `${others}, with to without it, median of pairs`, value: median(ratios), unit: '' },
    { name: 'wardCpuPct', says: 'all stages but inference, with their feed, without it', value: middle(without, (each) => each.wardCpuPct), unit: '% of a core' },
    { name: 'wardCpuSlowPct', says: 'the same, with it', value: middle(withSlow, (each) => each.wardCpuPct), unit: '% of a core' },
    { name: 'wardRssMb', says: 'their RSS, without it', value: middle(without, (each) => each.wardRssMb), unit: 'MB' },
    { name: 'wardRssSlowMb', says: 'their RSS, with it', value: middle(withSlow, (each) => each.wardRssMb), unit: 'MB' },
  ] // prettier-ignore
}
