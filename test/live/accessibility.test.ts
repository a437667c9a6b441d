import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import type { AlertView } from '../../src/watch/events.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, openPage, seriousViolations } from './browser.ts'
import { eventually, WardProcess } from './ward-process.ts'

const SCREENS = {
  ward: ['#/', '[data-testid=alert-item]'],
  bed: ['#/bed/demo-01', '.bed-live'],
  escalations: ['#/escalations', '.escalations'],
  feeds: ['#/feeds', '[data-testid=feeds-table] tbody tr'],
  episodes: ['#/episodes/demo-01', '.stretch'],
} as const

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
]

describe(
  'every screen can be used by everyone',
  { skip: leftOut(chromiumPath() === null && 'there is no Chromium') },
  () => {
    const ward = new WardProcess(['--demo', 'on'])
    let browser: Browser

    before(async () => {
      await ward.start()
      browser = await openBrowser()
      await eventually('an alert', 60_000, async () => (await ward.get<AlertView[]>('/api/alerts?limit=1')).length > 0)
    })

    after(async () => {
      await browser?.close()
      await ward.remove()
    })

    for (const [name, [hash, shown]] of Object.entries(SCREENS))
      for (const theme of ['dark', 'light'])
        it(`axe finds nothing serious on the ${theme} ${name} screen, large or on a phone`, async () => {
          for (const viewport of SIZES) {
            const page = await openPage(browser, [], { viewport, bypassCSP: true })
            await page.addInitScript(`localStorage.setItem('vigil-theme', '${theme}')`)
            await page.goto(`${ward.address}/${hash}`)
            await page.locator(shown).first().waitFor({ timeout: 20_000 })
            assert.deepEqual(await seriousViolations(page), [], `${viewport.width} px wide`)
            await page.context().close()
          }
        })
  },
)
