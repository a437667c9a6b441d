import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { type FedBoard, openFedBoard } from './fed-board.ts'

const PHONE = { width: 390, height: 844 }
const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('a ward on a phone', { skip, concurrency: false }, () => {
  let board: FedBoard
  let browser: Browser
  let page: Page
  before(async () => {
    board = await openFedBoard(8)
    board.silent.add(7)
    for (const bed of [2, 3, 5]) await board.raise(bed, 1, { count: 3 })
    browser = await openBrowser()
    page = await openPage(browser, [], { viewport: PHONE, bypassCSP: true })
    await page.goto(`${board.ward.url}/#/`)
    await page.locator('.tile[data-freshness=fresh]').nth(6).waitFor()
    await page.locator('.fact', { hasText: 'Feeds' }).waitFor({ timeout: 15_000 })
  })
  after(async () => {
    await browser?.close()
    await board?.close()
  })

  const bottomOf = async (selector: string): Promise<number> => {
    const box = await page.locator(selector).first().boundingBox()
    return box === null ? Infinity : box.y + box.height
  }
  const fitsAcross = (): Promise<boolean> =>
    page.evaluate<boolean>(`document.documentElement.scrollWidth <= innerWidth &&
      [...document.querySelectorAll('.table-box')].every((box) => box.scrollWidth <= box.clientWidth + 1)`)

  it("has the worst alert and the first bed's numbers on the first screen", async () => {
    await looked(page, 'phone-ward')
    assert.ok((await bottomOf('[data-testid=alert-item] [data-testid=acknowledge]')) < PHONE.height)
    assert.ok((await bottomOf('.tile')) < PHONE.height, `the first tile ends at ${await bottomOf('.tile')}`)
    assert.ok(await fitsAcross())
    assert.deepEqual(await seriousViolations(page), [])
  })

  it('opens the list of all alerts, and all that the trust bar knows', async () => {
    assert.equal(await page.locator('[data-testid=alert-item]:visible').count(), 1)
    await page.getByRole('button', { name: 'Show all 3' }).click()
    assert.equal(await page.locator('[data-testid=alert-item]:visible').count(), 3)
    await page.getByRole('button', { name: 'Show the first alone' }).click()
    assert.equal(await page.locator('.fact', { hasText: 'Stages' }).isVisible(), false)
    await page.getByRole('button', { name: 'all', exact: true }).click()
    assert.equal(await page.locator('.fact', { hasText: 'Stages' }).isVisible(), true)
  })

  it('shows every figure of every feed without scrolling sideways', async () => {
    await page.goto(`${board.ward.url}/#/feeds`)
    await page.locator('[data-testid=feeds-table] tbody tr').nth(7).waitFor()
    await looked(page, 'phone-feeds')
    assert.ok(await fitsAcross())
    assert.deepEqual(await seriousViolations(page), [])
  })
})
