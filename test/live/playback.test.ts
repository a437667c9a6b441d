import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { AlertView, PlaybackView, ServerEvents, ViewMode } from '../../src/watch/events.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, openPage, seriousViolations } from './browser.ts'
import { clock, eventually, nextEvent, type Screen, WardProcess } from './ward-process.ts'

const PATIENT = 'demo-01'
const STRETCH_MS = 25_000
const SPEED = 10

interface Span {
  fromMs: number
  toMs: number
}

/** One update a screen got, with the event time at which the ward would have shown it. */
interface Seen {
  event: string
  mode: ViewMode
  atMs: number
}

/** The event time of each kind of update: a window is known when it ends. */
const TIME_OF = {
  vitals: ({ eventTimeMs }: Parameters<ServerEvents['vitals']>[0]) => eventTimeMs,
  waveform: ({ startTimeMs }: Parameters<ServerEvents['waveform']>[0]) => startTimeMs,
  'heart-sound': ({ startTimeMs }: Parameters<ServerEvents['heart-sound']>[0]) => startTimeMs,
  frame: ({ eventTimeMs }: Parameters<ServerEvents['frame']>[0]) => eventTimeMs,
  window: ({ windowEndMs }: Parameters<ServerEvents['window']>[0]) => windowEndMs,
  prediction: ({ windowEndMs }: Parameters<ServerEvents['prediction']>[0]) => windowEndMs,
} as const

describe('a stored stretch played back', () => {
  const ward = new WardProcess(['--demo', 'on'])
  const errors: string[] = []
  let browser: Browser | null = null
  let span: Span = { fromMs: 0, toMs: 0 }

  before(async () => {
    await ward.start()
    if (chromiumPath() !== null) browser = await openBrowser()
    // Screens that are open while the archive is not must not ask it: a refusal is an error in the browser's console.
    const early = browser === null ? [] : await Promise.all(['bed', 'episodes'].map((door) => pageAt(browser, door)))
    span = await eventually('25 s of the bed stored', 120_000, async () => {
      const response = await fetch(`${ward.address}/api/beds/${PATIENT}/stretches`)
      const stored = response.ok ? ((await response.json()) as Span | null) : null
      return stored !== null && stored.toMs - stored.fromMs >= STRETCH_MS && stored
    })
    await Promise.all(
      early.map((page) =>
        page
          .locator('.stretch-span', { hasText: 'Stored' })
          .or(page.getByText('from the archive'))
          .first()
          .waitFor({ timeout: 15_000 }),
      ),
    )
    await Promise.all(early.map((page) => page.close()))
  })

  after(async () => {
    await browser?.close()
    await ward.remove()
  })

  async function pageAt(from: Browser | null, door: string): Promise<Page> {
    assert.ok(from !== null)
    const page = await openPage(from, errors, { viewport: { width: 1920, height: 1080 }, bypassCSP: true })
    await page.goto(`${ward.address}/#/${door}/${PATIENT}`)
    return page
  }

  it('comes over the socket in order, at its pace, and ends; live alerts still arrive', async () => {
    const screen = await ward.screen()
    await screen.emitWithAck('watch', {})
    await screen.emitWithAck('watch', { patientId: PATIENT })
    const stretch = { patientId: PATIENT, fromMs: span.toMs - STRETCH_MS, toMs: span.toMs }
    const standing = await eventually('an alert to answer', 60_000, async () =>
      (await ward.get<AlertView[]>('/api/alerts?limit=100')).find(({ presence }) => presence === 'on'),
    )

    const seen = collect(screen)
    const reports: PlaybackView[] = []
    let seenAtEnd = 0
    screen.on('playback', (view) => {
      reports.push(view)
      seenAtEnd = seen.length
    })
    const ended = nextEvent(screen, 'playback', ({ state }) => state !== 'playing', 60_000)
    const startedMs = clock.monotonicMs()
    const answer = await screen.emitWithAck('playback-start', { ...stretch, speed: SPEED })
    assert.ok(answer.ok)
    const seenAtStart = seen.length

    const answered = nextEvent(
      screen,
      'alert',
      ({ mode, alertId }) => mode === 'live' && alertId === standing.alertId,
      10_000,
    )
    const other = await ward.screen()
    assert.ok((await other.emitWithAck('acknowledge', { alertId: standing.alertId })).ok)
    assert.equal((await answered).transition, 'acknowledged')
    assert.equal(reports.at(-1)?.state ?? 'playing', 'playing', 'the live alert came while the stretch was playing')

    assert.equal((await ended).state, 'ended')
    const tookMs = clock.monotonicMs() - startedMs
    assert.ok(tookMs >= (STRETCH_MS / SPEED) * 0.95, `faster than asked: ${tookMs} ms`)
    assert.ok(tookMs < (STRETCH_MS / SPEED) * 4, `slower than asked: ${tookMs} ms`)

    const played = seen.filter(({ mode }) => mode === 'playback')
    for (const event of Object.keys(TIME_OF))
      assert.ok(
        played.some((update) => update.event === event),
        `no ${event} was played back`,
      )
    assert.ok(
      played.every(({ atMs }) => atMs >= stretch.fromMs && atMs < stretch.toMs),
      'inside the stretch',
    )
    assert.deepEqual(
      played.map(({ atMs }) => atMs),
      played.map(({ atMs }) => atMs).sort((a, b) => a - b),
    )
    assert.deepEqual(
      reports.map(({ atMs }) => atMs),
      reports.map(({ atMs }) => atMs).sort((a, b) => a - b),
    )
    const live = seen.slice(seenAtStart, seenAtEnd).filter(({ mode }) => mode === 'live')
    assert.deepEqual(live, [], 'nothing live of the bed among what is played back')
    await nextEvent(screen, 'vitals', ({ mode, patientId }) => mode === 'live' && patientId === PATIENT, 10_000)
  })

  for (const door of ['episodes', 'bed'])
    it(
      `moves on the ${door} screen under an unmistakable banner, and goes back to live`,
      { skip: leftOut(chromiumPath() === null && 'there is no Chromium') },
      async () => {
        const page = await pageAt(browser, door)
        if (door === 'bed') await page.getByText('Play back…').click()
        await page.locator('.stretch-span', { hasText: 'Stored' }).waitFor({ timeout: 15_000 })
        const banner = page.locator('[data-testid=playback-banner]')
        assert.equal(await banner.count(), 0)
        await page.locator('.stretch select').selectOption(String(SPEED))
        await page.locator('.stretch button[type=submit]').click()
        await banner.waitFor({ timeout: 5_000 })
        assert.match((await banner.textContent()) ?? '', /PLAYBACK/)
        const time = page.locator('.playback-time')
        const first = await time.textContent()
        await eventually('the playback goes on', 10_000, async () => (await time.textContent()) !== first)
        const strip = page.locator('[data-testid=ecg-strip]')
        const pixels = (): Promise<string> =>
          strip.evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())
        const drawn = await pixels()
        await eventually('the ECG moves', 5_000, async () => (await pixels()) !== drawn)
        assert.match((await page.locator('.bed-numerics .cell-value').first().textContent()) ?? '', /^\d/)
        await page.locator('.procedure img').waitFor({ timeout: 5_000 })
        assert.deepEqual(await seriousViolations(page), [])
        mkdirSync(join(PACKAGE_ROOT, 'test-results'), { recursive: true })
        await page.screenshot({ path: join(PACKAGE_ROOT, 'test-results', `playback-${door}.png`) })
        await page.getByText('Back to live').click()
        await banner.waitFor({ state: 'detached', timeout: 5_000 })
        if (door === 'bed') await page.locator('.bed-live').waitFor({ timeout: 10_000 })
        await page.close()
        assert.deepEqual(errors, [], 'no console error, also while the archive was not open yet')
      },
    )
})

/** Everything of the bed that a screen is sent, in the order in which it came. */
function collect(screen: Screen): Seen[] {
  const seen: Seen[] = []
  screen.onAny((event: string, update: { mode: ViewMode; patientId: string }) => {
    const timeOf = (TIME_OF as Readonly<Record<string, (update: never) => number>>)[event]
    if (timeOf === undefined || update.patientId !== PATIENT) return
    seen.push({ event, mode: update.mode, atMs: timeOf(update as never) })
  })
  return seen
}
