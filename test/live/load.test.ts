import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { Log } from '../../src/ingest/log.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { readRecord } from '../../src/ingest/record-check.ts'
import type { Alert, AlertCommand, Outbound } from '../../src/reading.ts'
import type { BedView } from '../../src/watch/events.ts'
import type { BedNoiseView } from '../../src/watch/load-routes.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { alert } from '../watch/ward-records.ts'
import type { PastClock } from '../watch/ward-under-test.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { SmallWard } from './small-ward.ts'
import { eventually } from './ward-process.ts'

const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)
/** A saturation that hovers round its limit of 90, every ten minutes for a moment. */
const HOVERING = [89, 89, 88, 89, 88, 89, 89, 88, 88, 87]

describe('the load of alarms as a nurse sees it', { skip, concurrency: false }, () => {
  const small = new SmallWard()
  let browser: Browser
  let page: Page
  const errors: string[] = []

  before(async () => {
    await small.open(hovering)
    browser = await openBrowser()
    page = await openPage(browser, errors)
    await page.goto(`${small.ward.url}/#/load`)
  })
  after(async () => {
    await browser?.close()
    await small.close()
  })

  async function hovering(log: Log, past: PastClock): Promise<void> {
    for (const [index, value] of HOVERING.entries()) {
      past.agoMs = (HOVERING.length - index) * 600_000
      await log.append([1, 2].flatMap((bed) => hovered(bed, index, value, past.nowMs())))
    }
  }

  /** One alarm of a bed, raised and over. */
  function hovered(bed: number, index: number, value: number, eventTimeMs: number): Outbound[] {
    const of: Partial<Alert> = {
      ...{ patientId: `patient-${bed}`, bedId: `Bed ${bed}`, condition: 'limit:spo2:low', priority: 'medium' },
      ...{ assignedTo: bed === 1 ? 'ann' : null, onsetTimeMs: eventTimeMs },
      reasons: [{ code: 'spo2', text: `SpO2 ${value} % below 90 %`, value, limit: 90, unit: '%' }],
    }
    const id = `hovering ${bed} ${index}`
    const over = { transition: 'cleared', presence: 'off', conditionPresent: false } as const
    return [
      alert(id, 1_000 + 2 * index, { ...of, eventTimeMs }),
      alert(id, 1_001 + 2 * index, { ...of, ...over, eventTimeMs: eventTimeMs + 20_000 }),
    ].map((one) => outbound('alerts', one))
  }

  const of = (bed: number) => page.locator(`[data-testid=suggestion][data-patient-id=patient-${bed}]`)
  const get = async <T>(path: string): Promise<T> => (await (await fetch(small.ward.url + path)).json()) as T
  const said = async (action: AlertCommand['action']): Promise<AlertCommand | undefined> => {
    for await (const record of small.ward.log.readAll('alert-commands')) {
      const command = readRecord('alert-commands', record)
      if (command.ok && command.record.action === action) return command.record
    }
    return undefined
  }

  it('counts by nurse, and tells of each bed what its noisiest limit raised', async () => {
    await eventually('both nurses', 40_000, async () => {
      await page.reload()
      await page.locator('[data-testid=load-nurse]').first().waitFor()
      return (await page.locator('[data-testid=load-nurse]').count()) === 2 && (await of(2).count()) === 1
    })
    const rows = await page.locator('[data-testid=load-nurse]').allInnerTexts()
    assert.ok(rows.every((row) => /\b10\b/.test(row)))
    assert.match(rows.join(' '), /nobody assigned/)
    assert.match(await page.locator('.load-facts').innerText(), /as of \d\d:\d\d · read since \d\d:\d\d$/)
    const words = await of(1).innerText()
    assert.match(words, /SpO2 < 90 raised 10 times in 1 h (39|40) min, none acted on: median 89, over after 20 s\./)
    assert.match(words, /Suggested: 88\. 9 of these 10 values did not lie below it/)
    await looked(page, 'load')
  })

  it('a suggestion is asked about once more, taken by a person, and then in force with what it rests on', async () => {
    await of(1).getByRole('button', { name: 'Take 88…' }).click()
    assert.match(await of(1).getByRole('alert').innerText(), /SpO2 < 90 → 88, for Bed 1\. It rests on 10 alarms/)
    assert.equal(await said('set_limit'), undefined, 'nothing before that')
    await of(1).getByRole('button', { name: 'Set 88' }).click()
    await of(1).getByText('In force: SpO2 < 88.').waitFor()
    const { effectiveLimits = [] } = await get<BedView>('/api/beds/patient-1')
    const medium = effectiveLimits.find(({ code, priority }) => code === 'spo2' && priority === 'medium')
    assert.deepEqual([medium?.low, medium?.high], [88, null])
    const high = effectiveLimits.find(({ code, priority }) => code === 'spo2' && priority === 'high')
    assert.equal(high?.low, 85)
    assert.match((await said('set_limit'))?.reason ?? '', /^suggested: SpO2 < 90 raised 10 times/)
    await of(1).waitFor({ state: 'detached' })
  })

  it('another is left, beside the limits of its bed, and is not made again', async () => {
    await page.goto(`${small.ward.url}/#/bed/patient-2`)
    await of(2).getByRole('button', { name: 'Leave 90…' }).click()
    await of(2).getByLabel('Reason to leave it').fill('on room air by evening')
    await looked(page, 'load-bed')
    await of(2).getByRole('button', { name: 'Leave it at 90' }).click()
    await eventually('left', 5_000, async () => {
      const { limit } = await get<BedNoiseView>('/api/beds/patient-2/noise')
      return limit?.suggestion.to === null && limit.suggestion.why === 'left'
    })
    const left = await said('leave_suggestion')
    assert.deepEqual([left?.reason, left?.limit?.low], ['on room air by evening', 90])
    await of(2).waitFor({ state: 'detached' })
    await page.goto(`${small.ward.url}/#/load`)
    await of(2).getByText('No suggestion: it was left as it is').waitFor()
    assert.equal(await of(2).getByRole('button').count(), 0)
    assert.deepEqual(errors, [])
  })

  it('can be read on a phone and in the light, and axe finds nothing serious', async () => {
    for (const theme of ['dark', 'light'])
      for (const viewport of [
        { width: 1920, height: 1080 },
        { width: 390, height: 844 },
      ]) {
        const other = await openPage(browser, errors, { viewport, bypassCSP: true })
        await other.addInitScript(`localStorage.setItem('vigil-theme', '${theme}')`)
        await other.goto(`${small.ward.url}/#/load`)
        await other.locator('[data-testid=load-nurse]').first().waitFor()
        assert.deepEqual(await seriousViolations(other), [], `${theme}, ${viewport.width} px wide`)
        const wide = await other.evaluate<number>('document.documentElement.scrollWidth')
        assert.ok(wide <= viewport.width, `${wide} px of ${viewport.width}`)
        await looked(other, `load-${theme}-${viewport.width}`)
        await other.context().close()
      }
    assert.deepEqual(errors, [])
  })
})
