import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, openPage } from './browser.ts'
import { freePort } from './free-port.ts'
import { clock, WardProcess } from './ward-process.ts'

const PICTURES = join(PACKAGE_ROOT, 'test-results')
describe('the ward in a browser', { skip: leftOut(chromiumPath() === null ? 'there is no Chromium' : false) }, () => {
  let ward: WardProcess
  const errors: string[] = []
  let browser: Browser
  let page: Page
  let shownMs = 0

  before(async () => {
    mkdirSync(PICTURES, { recursive: true })
    // A server that starts again must be found at the address it had.
    ward = new WardProcess(['--demo', 'on', '--port', String(await freePort())])
    const address = await ward.start()
    browser = await openBrowser()
    page = await openPage(browser, errors)
    shownMs = clock.monotonicMs()
    await page.goto(address)
  })

  after(async () => {
    await browser?.close()
    await ward.remove()
  })

  it('shows 8 beds with moving numbers and waveforms within 10 s', async () => {
    const live = page.locator('[data-testid=bed-tile][data-freshness=fresh]')
    await live.nth(7).waitFor({ timeout: 10_000 })
    assert.equal(await page.locator('[data-testid=bed-tile]').count(), 8)
    const strip = page.locator('[data-testid=ecg-strip]').first()
    const pixels = (): Promise<string> =>
      strip.evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())
    await clock.sleep(3_000)
    const before = await pixels()
    await clock.sleep(1_000)
    assert.notEqual(await pixels(), before, 'the ECG moves')
    await page.screenshot({ path: join(PICTURES, 'ward.png') })
  })

  it('shows an alert within 60 s of the address', async () => {
    const left = Math.max(1, 60_000 - (clock.monotonicMs() - shownMs))
    await page.locator('[data-testid=alert-item]').first().waitFor({ timeout: left })
    await page.screenshot({ path: join(PICTURES, 'alert.png') })
  })

  it('acknowledges an alert from the screen', async () => {
    const standing = page.locator('[data-testid=alert-item][data-presence=on]').first()
    await standing.waitFor({ timeout: 60_000 })
    const id = await standing.getAttribute('data-alert-id')
    await standing.locator('[data-testid=acknowledge]').click()
    const same = page.locator(`[data-testid=alert-item][data-alert-id="${id ?? ''}"]`)
    for (const startedMs = clock.monotonicMs(); clock.monotonicMs() - startedMs < 10_000; await clock.sleep(100)) {
      if ((await same.count()) === 0) return
      if ((await same.getAttribute('data-presence')) !== 'on') return
    }
    assert.fail('the alert still stands unanswered')
  })

  it('shows the feeds and what they send', async () => {
    await page.goto(`${ward.address}/#/feeds`)
    const rows = page.locator('[data-testid=feeds-table] tbody tr')
    await rows.nth(20).waitFor({ timeout: 15_000 })
    await page.screenshot({ path: join(PICTURES, 'feeds.png') })
  })

  it('covers the screen when the server is gone', async () => {
    await page.goto(`${ward.address}/#/`)
    await page.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: 15_000 })
    assert.deepEqual(errors, [], 'no console error while the ward runs')
    await ward.end('SIGKILL')
    await page.locator('[data-testid=connection-lost]').waitFor({ timeout: 5_000 })
    await page.screenshot({ path: join(PICTURES, 'connection-lost.png') })
  })

  it('comes back by itself when the server starts again on the same data folder', async () => {
    await ward.start()
    await page.locator('[data-testid=connection-lost]').waitFor({ state: 'detached', timeout: 30_000 })
    await page.locator('[data-testid=bed-tile][data-freshness=fresh]').nth(7).waitFor({ timeout: 30_000 })
    await page.locator('[data-testid=alert-item]').first().waitFor({ timeout: 60_000 })
  })
})
