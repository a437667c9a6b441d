import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { heldStill, openBrowser, openPage, seriousViolations } from './browser.ts'
import { SmallWard, type BedName } from './small-ward.ts'

const PICTURES = join(PACKAGE_ROOT, 'test-results')
const SIZE = { viewport: { width: 1440, height: 1000 }, bypassCSP: true }
const PATIENCE = { timeout: 30_000 }

/** A machine that slept: its wall clock went on, and nothing else did. And a page that a person has turned away from. */
const SLEEP = `
  const now = Date.now.bind(Date)
  let slept = 0
  Date.now = () => now() + slept
  globalThis.sleepMs = (ms) => (slept += ms)
  let hidden = false
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') })
  globalThis.hide = (value) => {
    hidden = value
    document.dispatchEvent(new Event('visibilitychange'))
  }`

describe('a screen that was away', { skip: leftOut(chromiumPath() === null && 'there is no Chromium') }, () => {
  const ward = new SmallWard()
  let browser: Browser
  let page: Page
  let address: string

  const panel = () => page.locator('[data-testid=missed-panel]')
  const live = (): Promise<void> =>
    page.locator('[data-testid=bed-tile][data-freshness=fresh]').nth(3).waitFor(PATIENCE)

  /** SpO2 84 at a bed until it is back in its limits, and somebody acknowledges it elsewhere: raised and over. */
  async function raisedAndOver(bed: BedName): Promise<string> {
    const { alertId } = await ward.low(bed)
    ward.set(bed, {})
    await ward.alert('the end of its condition', (alert) => alert.alertId === alertId && alert.presence === 'latched')
    const answer = await fetch(`${address}/api/alerts/${alertId}/acknowledge`, { method: 'POST' })
    assert.equal(answer.status, 200)
    await ward.alert('its end', (alert) => alert.alertId === alertId && alert.presence === 'off')
    return alertId
  }

  async function missedAndClosed(alertId: string): Promise<void> {
    // It may end only after the screen is back.
    await panel().locator(`[data-alert-id="${alertId}"][data-over=true]`).waitFor(PATIENCE)
    assert.match(await panel().innerText(), /Missed while away \d\d:\d\d–\d\d:\d\d \(1\)/)
    await panel().getByRole('button').click()
    await panel().waitFor({ state: 'detached' })
  }

  before(async () => {
    mkdirSync(PICTURES, { recursive: true })
    address = await ward.open()
    browser = await openBrowser()
    page = await openPage(browser, [], SIZE)
    await page.addInitScript(SLEEP)
    await page.goto(address)
    await live()
  })

  after(async () => {
    await browser?.close()
    await ward.close()
  })

  it('has missed nothing when it looks for the first time', async () => {
    assert.equal(await panel().count(), 0)
  })

  it('woken from sleep, it is covered until the board has been read anew', async () => {
    await page.evaluate(`
      globalThis.covers = []
      new MutationObserver(() => {
        const cover = document.querySelector('[data-testid=connection-lost]')
        if (cover !== null) globalThis.covers.push({ words: cover.textContent, atMs: performance.now() })
      }).observe(document.body, { childList: true, subtree: true })
      globalThis.wokenMs = performance.now()
      globalThis.sleepMs(300_000)`)
    await page.waitForFunction('globalThis.covers.length > 0', undefined, PATIENCE)
    const { words, afterMs } = await page.evaluate<{ words: string; afterMs: number }>(
      '({ words: covers[0].words, afterMs: covers[0].atMs - wokenMs })',
    )
    assert.match(words, /this screen was asleep/)
    assert.ok(afterMs < 1_500, `covered after ${Math.round(afterMs)} ms`)
    await page.locator('[data-testid=connection-lost]').waitFor({ state: 'detached', ...PATIENCE })
    await live()
  })

  it('held still and let go, it tells what was raised and over meanwhile', async () => {
    const alertId = await heldStill(browser, () => raisedAndOver('Bed 1'))
    await missedAndClosed(alertId)
    await live()
  })

  it('out of sight, it takes every alert and tells later which nobody saw', async () => {
    await page.evaluate('globalThis.hide(true)')
    const alertId = await raisedAndOver('Bed 2')
    await page.evaluate('globalThis.hide(false)')
    await missedAndClosed(alertId)
  })

  it('opened anew in the same tab, it goes on from what was last seen', async () => {
    await page.waitForFunction(`JSON.parse(sessionStorage.getItem('vigil-seen')).sequences['patient-2'] > 0`)
    await page.goto('about:blank')
    const alertId = await raisedAndOver('Bed 3')
    await page.goto(address)
    const entry = panel().locator(`[data-alert-id="${alertId}"]`)
    await entry.waitFor(PATIENCE)
    await page.reload()
    await entry.waitFor(PATIENCE)
    for (const theme of ['dark', 'light']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
      await page.screenshot({ path: join(PICTURES, `missed-${theme}.png`) })
      assert.deepEqual(await seriousViolations(page), [], theme)
    }
    await missedAndClosed(alertId)
    await page.reload()
    await live()
    assert.equal(await panel().count(), 0, 'what was read stays closed')
  })

  it('the server ends and starts again: it comes back by itself, and tells what it missed', async () => {
    await ward.restart(async () => {
      await page.locator('[data-testid=connection-lost]').waitFor(PATIENCE)
    }, 'Bed 4')
    const { alertId } = await ward.alert('what was raised meanwhile', ({ bedId }) => bedId === 'Bed 4')
    await page.locator('[data-testid=connection-lost]').waitFor({ state: 'detached', ...PATIENCE })
    await panel().locator(`[data-alert-id="${alertId}"]`).waitFor(PATIENCE)
    await page
      .locator(`[data-testid=alert-item][data-alert-id="${alertId}"]`)
      .filter({ hasText: 'Missed while away' })
      .waitFor()
  })
})
