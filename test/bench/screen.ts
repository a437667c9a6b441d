import { rmSync } from 'node:fs'
import { pino } from 'pino'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { SystemClock } from '../../src/clock.ts'
import { defaultConfig } from '../../src/config.ts'
import { startPipeline } from '../../src/pipeline.ts'
import { openBrowser, openPage } from '../live/browser.ts'
import { temporaryFolder } from '../live/ward-process.ts'
import { chromiumPath } from '../support/prerequisites.ts'
import { type Benchmark, type Figure, median, quantile } from './figure.ts'
import { SyntheticWard } from './synthetic-ward.ts'

const BEDS = 32
const WAVEFORMS = ['ecg', 'pleth', 'abp']
const SEED = 7
const TICK_MS = 50
const SETTLE_MS = 20_000
const LOOK_EVERY_MS = 10_000
/** The least at which the tiles of 32 beds have room for three waveforms. */
const VIEWPORT = { width: 2560, height: 1440 }

/**
 * In the page: gaps between frames, counted in tenths of a millisecond, so that its heap does not grow by its being watched; and
 * how often a strip was drawn on, since not every frame need do so.
 */
const COUNT_GAPS = `
  globalThis.gaps = new Uint32Array(10000)
  globalThis.strokes = 0
  const { stroke } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.stroke = function () {
    globalThis.strokes++
    return stroke.call(this)
  }
  let before = performance.now()
  const frame = () => {
    const now = performance.now()
    globalThis.gaps[Math.min(9999, Math.round((now - before) * 10))]++
    before = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)`

/** What one look at the page tells. */
interface Look {
  atMs: number
  heapMb: number
  /** of the page's main thread, and of all processes of the browser, since they began */
  taskS: number
  scriptS: number
  browserCpuS: number
}

/**
 * A board of 32 beds with three waveforms each in Chromium, fed in real time by a server in this process: how long its
 * frames are apart, how much its heap grows and what all of it costs. Drawn by the processor where there is no display.
 */
export const screen: Benchmark = {
  name: 'screen',
  run: async (say, { minutes }) => {
    if (chromiumPath() === null) {
      say('  left out: there is no Chromium')
      return []
    }
    const clock = new SystemClock()
    const dataDir = temporaryFolder()
    const config = defaultConfig({ port: 0, dataDir, stages: ['raise', 'watch'], recordingsDir: 'none' })
    const pipeline = await startPipeline(config, clock, pino({ level: 'silent' }))
    const ward = await SyntheticWard.make(BEDS, SEED, { waveforms: WAVEFORMS, vitalsOnly: true })
    let fedMs = clock.nowMs()
    await pipeline.log.append(ward.contexts(fedMs))
    const feeding = clock.every(TICK_MS, () => {
      const nowMs = clock.nowMs()
      void pipeline.log.append(ward.between(fedMs, nowMs))
      fedMs = nowMs
    })
    const browser = await openBrowser()
    const errors: string[] = []
    try {
      const page = await openPage(browser, errors, { viewport: VIEWPORT })
      await page.addInitScript({ content: `localStorage.setItem('vigil-board-waves', '${WAVEFORMS.join(' ')}')` })
      await page.goto(pipeline.address() ?? '')
      await page
        .locator('[data-testid=bed-tile][data-freshness=fresh]')
        .nth(BEDS - 1)
        .waitFor()
      const strips = await page.locator('[data-testid=bed-tile] canvas').count()
      if (strips !== BEDS * WAVEFORMS.length) say(`  the board draws ${strips} strips, not ${BEDS * WAVEFORMS.length}`)
      await clock.sleep(SETTLE_MS)
      const watch = await Watch.of(browser, page, clock)
      const ownBefore = process.cpuUsage()
      const looks = [await watch.look()]
      while (watch.forMs < minutes * 60_000) {
        await clock.sleep(LOOK_EVERY_MS)
        looks.push(await watch.look())
      }
      const own = process.cpuUsage(ownBefore)
      const [gaps, strokes] = [await watch.gapsMs(), await watch.strokes()]
      if (errors.length > 0) say(`  the page said: ${errors.join('; ')}`)
      return figuresOf(gaps, strokes, looks, strips, (own.user + own.system) / 1e6)
    } finally {
      await browser.close()
      feeding.cancel()
      await pipeline.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}

class Watch {
  readonly #page: Page
  readonly #ofPage: CDPSession
  readonly #ofBrowser: CDPSession
  readonly #clock: SystemClock
  readonly #fromMs: number

  private constructor(page: Page, ofPage: CDPSession, ofBrowser: CDPSession, clock: SystemClock) {
    this.#page = page
    this.#ofPage = ofPage
    this.#ofBrowser = ofBrowser
    this.#clock = clock
    this.#fromMs = clock.monotonicMs()
  }

  static async of(browser: Browser, page: Page, clock: SystemClock): Promise<Watch> {
    const ofPage = await page.context().newCDPSession(page)
    await ofPage.send('Performance.enable')
    await page.evaluate(COUNT_GAPS)
    return new Watch(page, ofPage, await browser.newBrowserCDPSession(), clock)
  }

  get forMs(): number {
    return this.#clock.monotonicMs() - this.#fromMs
  }

  async look(): Promise<Look> {
    await this.#ofPage.send('HeapProfiler.collectGarbage')
    const { metrics } = await this.#ofPage.send('Performance.getMetrics')
    const of = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? NaN
    const { processInfo } = await this.#ofBrowser.send('SystemInfo.getProcessInfo')
    return {
      atMs: this.forMs,
      heapMb: of('JSHeapUsedSize') / 2 ** 20,
      taskS: of('TaskDuration'),
      scriptS: of('ScriptDuration'),
      browserCpuS: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    }
  }

  strokes(): Promise<number> {
    return this.#page.evaluate<number>('globalThis.strokes')
  }

  /** Milliseconds from a frame to the next, one number for each. */
  async gapsMs(): Promise<number[]> {
    const counts = await this.#page.evaluate<number[]>('[...globalThis.gaps]')
    return counts.flatMap((count, place) => Array.from({ length: count }, () => place / 10))
  }
}

function figuresOf(
  gaps: readonly number[],
  strokes: number,
  looks: readonly Look[],
  strips: number,
  ownCpuS: number,
): Figure[] {
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined) return []
  const seconds = (last.atMs - first.atMs) / 1_000
  const board = `${BEDS} beds, ${strips} waveforms`
  const share = (used: number): number => (100 * used) / seconds
  return [
    { name: 'frameP50Ms', says: `${board}: from a frame to the next, p50`, value: quantile(gaps, 0.5), unit: 'ms' },
    { name: 'frameP95Ms', says: `${board}: from a frame to the next, p95`, value: quantile(gaps, 0.95), unit: 'ms' },
    { name: 'framesPerSecond', says: `${board}: frames a second`, value: gaps.length / seconds, unit: '/s' },
    { name: 'strokesPerSecond', says: `${board}: times a second that each is drawn on`, value: strokes / strips / seconds, unit: '/s' },
    { name: 'heapMb', says: `${board}: heap of the page, collected`, value: median(looks.map((look) => look.heapMb)), unit: 'MB' },
    { name: 'heapMbPerHour', says: `growth of that heap over ${(seconds / 60).toFixed(0)} min`, value: slopePerHour(looks), unit: 'MB/h' },
    { name: 'taskPct', says: 'its main thread', value: share(last.taskS - first.taskS), unit: '% of a core' },
    { name: 'scriptPct', says: 'of that, script', value: share(last.scriptS - first.scriptS), unit: '% of a core' },
    { name: 'browserCpuPct', says: 'all processes of the browser', value: share(last.browserCpuS - first.browserCpuS), unit: '% of a core' },
    { name: 'serverCpuPct', says: 'log, raise and watch, with their feed', value: share(ownCpuS), unit: '% of a core' },
  ] // prettier-ignore
}

/** Theil and Sen: the median of the slopes of all pairs, which one collection more or less does not move. */
function slopePerHour(looks: readonly Look[]): number {
  const slopes = looks.flatMap((one, index) =>
    looks.slice(index + 1).map((other) => (other.heapMb - one.heapMb) / (other.atMs - one.atMs)),
  )
  return median(slopes) * 3_600_000
}
