import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import type { AlertView } from '../../src/watch/events.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { eventually, WardProcess } from './ward-process.ts'

const SCREENS = {
  ward: ['#/', '[data-testid=alert-item]'],
  bed: ['#/bed/demo-01', '.bed-live'],
  alert: ['#/bed/demo-02/alert/ALERT', '[data-testid=alert-detail]'],
  escalations: ['#/escalations', '.escalations'],
  load: ['#/load', '.load .page-head'],
  nurses: ['#/nurses', '[data-testid=nurse-bed]'],
  feeds: ['#/feeds', '[data-testid=feeds-table] tbody tr'],
  episodes: ['#/episodes/demo-01', '.stretch'],
} as const

const SIZES = { large: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } }

describe(
  'every screen can be used by everyone',
  { skip: leftOut(chromiumPath() === null && 'there is no Chromium') },
  () => {
    const ward = new WardProcess(['--demo', 'on'])
    let browser: Browser
    let alertId = ''

    before(async () => {
      await ward.start()
      browser = await openBrowser()
      alertId = await eventually(
        'an alert of the second bed',
        60_000,
        async () =>
          (await ward.get<AlertView[]>('/api/alerts?limit=100')).find(({ patientId }) => patientId === 'demo-02')
            ?.alertId,
      )
    })

    after(async () => {
      await browser?.close()
      await ward.remove()
    })

    for (const [name, [hash, shown]] of Object.entries(SCREENS))
      for (const theme of ['dark', 'light'])
        it(`axe finds nothing serious on the ${theme} ${name} screen, large or on a phone`, async () => {
          for (const [size, viewport] of Object.entries(SIZES)) {
            const page = await openPage(browser, [], { viewport, bypassCSP: true })
            await page.addInitScript(`localStorage.setItem('vigil-theme', '${theme}')`)
            await page.goto(`${ward.address}/${hash.replace('ALERT', alertId)}`)
            await page.locator(shown).first().waitFor({ timeout: 20_000 })
            await looked(page, `${name}-${theme}-${size}`)
            assert.deepEqual(await seriousViolations(page), [], size)
            await page.context().close()
          }
        })
  },
)
