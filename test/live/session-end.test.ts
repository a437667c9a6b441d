import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openWard, type WardUnderTest } from '../watch/ward-under-test.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { recordSound } from './recorded-sound.ts'
import { eventually } from './ward-process.ts'

const SESSION_MS = 15_000
const PASSWORD = 'a sentence is good'
const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('a session that ends by itself', { skip, concurrency: false }, () => {
  let ward: WardUnderTest
  let browser: Browser
  let page: Page
  before(async () => {
    ward = await openWard({ sessionMs: SESSION_MS })
    browser = await openBrowser()
    page = await openPage(browser, [], { viewport: { width: 1440, height: 1000 }, bypassCSP: true })
    await page.addInitScript(recordSound)
    await page.goto(ward.stage.firstAccountLink() ?? '')
    const form = page.locator('[data-testid=welcome] form')
    await form.locator('[name=account]').fill('ann')
    await form.locator('[name=name]').fill('Ann')
    await form.locator('[name=password]').fill(PASSWORD)
    await form.locator('[name=again]').fill(PASSWORD)
    await form.locator('button[type=submit]').click()
    await page.locator('[data-testid=who]').waitFor()
  })
  after(async () => {
    await browser?.close()
    await ward?.close()
  })

  it('says when before, and who signs in again stays', async () => {
    const banner = page.locator('[data-testid=session-end]')
    await banner.filter({ hasText: /ends at \d\d:\d\d\. That is in \d+ s/ }).waitFor()
    const [before] = await page.context().cookies()
    await banner.getByRole('button', { name: 'Sign in again' }).click()
    await looked(page, 'session-end')
    assert.deepEqual(await seriousViolations(page), [])
    await banner.locator('[name=account]').fill('ann')
    await banner.locator('[name=password]').fill(PASSWORD)
    await banner.locator('button[type=submit]').click()
    await eventually('another session', 5_000, async () => (await page.context().cookies())[0]?.value !== before?.value)
    await page.locator('.fact', { hasText: 'Connection' }).filter({ hasText: 'live' }).waitFor()
    await banner.locator('form').waitFor({ state: 'detached' })
  })

  it('does not end without a word: the screen covers itself, says so, and sounds', async () => {
    await page.locator('[data-testid=sound-off]').click()
    await page.locator('.sound-on').waitFor()
    const cover = page.locator('[data-testid=sign-in]')
    await cover.waitFor({ timeout: SESSION_MS + 10_000 })
    assert.match(await cover.innerText(), /shows nothing live/)
    await page.evaluate('globalThis.pulses.length = 0')
    await eventually('three pulses of the equipment’s own', 15_000, async () => {
      const pulses = await page.evaluate<{ hz: number }[]>('globalThis.pulses')
      return pulses.filter(({ hz }) => hz === 392).length >= 3
    })
  })
})
