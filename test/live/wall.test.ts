import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { clock, type FedBoard, openFedBoard, WIDEST } from './fed-board.ts'
import { cutParts, numbersElsewhere } from './whole.ts'

/** Letters of 9 mm on a screen of 24 inches with 1920 x 1080 px, which is 531 mm wide. */
const LEAST_CAPITAL_PX = (9 * 1920) / 531
const BEDS = 16
const CONDITIONS = [
  'limit:spo2:low',
  'risk:combined',
  'risk:heart-sound',
  'technical:clock_wrong',
  'limit:abp_mean:high',
]
const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('the board read from 3 m', { skip, concurrency: false }, () => {
  let board: FedBoard
  let browser: Browser
  let page: Page
  before(async () => {
    board = await openFedBoard(BEDS, 2_000)
    for (let bed = 1; bed <= BEDS; bed++) {
      board.numbers.set(bed, WIDEST)
      await board.predict(bed, { risk: 0.88, rung: 'vitals_only' })
      if (bed % 2 === 0) continue
      const condition = CONDITIONS[Math.floor(bed / 2) % CONDITIONS.length] ?? ''
      const kind = condition.startsWith('technical') ? 'technical' : 'physiological'
      await board.raise(bed, 1, { ...{ condition, kind, count: 12 }, presence: bed % 4 === 1 ? 'latched' : 'on' })
    }
    browser = await openBrowser()
    page = await openPage(browser, [], { viewport: { width: 1920, height: 1080 }, bypassCSP: true })
    await page.goto(`${board.ward.url}/#/`)
    await page
      .locator('.tile[data-freshness=fresh]')
      .nth(BEDS - 1)
      .waitFor()
    await page.getByRole('button', { name: '3 m', exact: true }).click()
    await clock.sleep(500)
  })
  after(async () => {
    await browser?.close()
    await board?.close()
  })

  it('has bed, HR, SpO2 and alarm of 16 beds in letters of 9 mm on 24 inches, none of them cut', async () => {
    await looked(page, 'wall-dark')
    const capitals = await page.evaluate<{ what: string; px: number }[]>(`(() => {
      const context = document.createElement('canvas').getContext('2d')
      return [...document.querySelectorAll('.tile-bed, .cell-value, .alarm-text-wall, .wall-bed, .wall-word')].filter((element) => element.clientHeight + element.offsetHeight > 0).map((element) => {
        const { fontWeight, fontSize, fontFamily } = getComputedStyle(element)
        context.font = fontWeight + ' ' + fontSize + ' ' + fontFamily
        return { what: element.className, px: context.measureText('H0').actualBoundingBoxAscent }
      })
    })()`)
    const of = (what: string): number[] => capitals.flatMap((seen) => (seen.what.includes(what) ? [seen.px] : []))
    assert.deepEqual(
      [of('tile-bed').length, of('cell-value').length, of('alarm-text-wall').length],
      [BEDS, 2 * BEDS, 8],
    )
    assert.deepEqual([of('wall-bed').length, of('wall-word').length], [1, 1])
    for (const { what, px } of capitals) assert.ok(px >= LEAST_CAPITAL_PX, `${what}: ${px} px`)
    assert.deepEqual(await cutParts(page), [])
    assert.deepEqual(await numbersElsewhere(page), [])
    assert.equal(
      await page.evaluate<boolean>(
        `document.querySelector('.board-box').scrollHeight <= document.querySelector('.board-box').clientHeight`,
      ),
      true,
      'all beds at once',
    )
  })

  it('shows the most urgent alert in one large line, and how many others stand', async () => {
    const line = page.locator('[data-testid=wall-line]')
    assert.equal(await line.getAttribute('data-priority'), 'high')
    assert.match(await line.innerText(), /Bed \d+/)
    assert.match(await line.innerText(), /8 high/)
    assert.equal(await page.locator('.alerts').count(), 0)
  })

  it('is as it was chosen after a reload, has no serious violation in either theme, and goes back', async () => {
    await page.reload()
    await page.locator('[data-testid=wall-line]').waitFor()
    for (const theme of ['Light', 'Dark']) {
      assert.deepEqual(await seriousViolations(page), [])
      await page.getByRole('button', { name: theme }).click()
      await looked(page, `wall-${theme.toLowerCase()}`)
    }
    await page.getByRole('button', { name: 'Desk' }).click()
    await page.locator('.alerts').waitFor()
  })
})
