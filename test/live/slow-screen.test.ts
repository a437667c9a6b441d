import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, openPage } from './browser.ts'
import { SlowLine } from './slow-line.ts'
import { SmallWard } from './small-ward.ts'
import { clock } from './ward-process.ts'

const PATIENCE = { timeout: 30_000 }

describe('a screen on a slow line', { skip: leftOut(chromiumPath() === null && 'there is no Chromium') }, () => {
  const ward = new SmallWard()
  let browser: Browser
  let page: Page
  let line: SlowLine

  const cover = () => page.locator('[data-testid=connection-lost]')

  before(async () => {
    const port = Number(new URL(await ward.open()).port)
    line = new SlowLine(port)
    const slowPort = await line.open()
    browser = await openBrowser()
    page = await openPage(browser, [])
    await page.goto(`http://127.0.0.1:${slowPort}`)
    await page.locator('[data-testid=bed-tile][data-freshness=fresh]').nth(3).waitFor(PATIENCE)
  })

  after(async () => {
    await browser?.close()
    line.close()
    await ward.close()
  })

  it('is not covered while it only stutters', async () => {
    await page.evaluate(`
      globalThis.covers = 0
      new MutationObserver(() => {
        if (document.querySelector('[data-testid=connection-lost]') !== null) globalThis.covers++
      }).observe(document.body, { childList: true, subtree: true })`)
    for (let times = 0; times < 4; times++) {
      line.hold()
      await clock.sleep(2_000)
      line.letGo()
      await clock.sleep(300)
    }
    assert.equal(await page.evaluate('globalThis.covers'), 0)
  })

  it('is covered when nothing comes, and goes on over the same line when something does', async () => {
    const before = line.count
    line.hold()
    await cover().waitFor({ timeout: 8_000 })
    const { alertId } = await ward.low('Bed 1')
    line.letGo()
    await cover().waitFor({ state: 'detached', ...PATIENCE })
    await page.locator(`[data-testid=alert-item][data-alert-id="${alertId}"]`).waitFor(PATIENCE)
    assert.equal(line.count, before, 'nothing was asked for over a new line')
  })

  it('takes a line that brings nothing for twelve seconds for dead', async () => {
    const before = line.count
    line.hold()
    await cover().filter({ hasText: 'silent' }).waitFor({ timeout: 8_000 })
    for (let times = 0; times < 150 && line.count === before; times++) await clock.sleep(100)
    assert.ok(line.count > before)
    line.letGo()
    await cover().waitFor({ state: 'detached', ...PATIENCE })
  })
})
