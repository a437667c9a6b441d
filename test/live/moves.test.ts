import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SystemClock } from '../../src/clock.ts'
import { outbound } from '../../src/ingest/outbound.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { context, vitals } from '../watch/ward-records.ts'
import { openWard, type WardUnderTest } from '../watch/ward-under-test.ts'
import { openBrowser, openPage } from './browser.ts'

const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('what moves on the screen', { skip }, () => {
  let ward: WardUnderTest
  let browser: Browser
  before(async () => {
    ward = await openWard()
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await ward?.close()
  })

  it('has the colour of the state it is in, though state and place changed together', async () => {
    const nowMs = new SystemClock().nowMs()
    const feed = (bed: number, aheadMs = 0) =>
      outbound('vitals', vitals(nowMs + aheadMs, { patientId: `p${bed}`, feedId: `m${bed}/vitals` }))
    for (const bed of [1, 2, 3])
      await ward.log.append([
        outbound('patient-context', context({ patientId: `p${bed}`, bedId: `${bed}` })),
        feed(bed),
      ])
    const page = await openPage(browser, [])
    await page.goto(`${ward.url}/#/feeds`)
    const first = page.locator('[data-testid=feeds-table] tbody tr').first()
    await page.locator('tr[data-state=live]').nth(2).waitFor()
    assert.equal(await first.getAttribute('data-feed-id'), 'm1/vitals')
    // Its clock goes wrong: it is trouble now, and stands first.
    await ward.log.append([feed(3, 60_000)])
    await page.locator('tr[data-state=ahead]').waitFor()
    assert.equal(await first.getAttribute('data-feed-id'), 'm3/vitals')
    const colours = await page.evaluate<{ shown: string; meant: string }>(`(() => {
      const cell = document.querySelector('[data-testid=feeds-table] tbody tr .feed-state')
      const shown = getComputedStyle(cell).color
      cell.style.color = 'var(--warn)'
      return { shown, meant: getComputedStyle(cell).color }
    })()`)
    assert.equal(colours.shown, colours.meant)
  })
})
