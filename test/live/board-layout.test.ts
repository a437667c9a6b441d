import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage } from './browser.ts'
import { clock, type FedBoard, openFedBoard, WIDEST } from './fed-board.ts'
import { cutParts, numbersElsewhere } from './whole.ts'

const SIZES = [
  { width: 1440, height: 1000 },
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
  { width: 390, height: 844 },
]
const LOOKED_AT = new Set(['16-1920', '32-1440', '64-1920', '8-390'])
const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('the board at any number of beds', { skip, concurrency: false }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser?.close())

  for (const beds of [4, 8, 16, 32, 64])
    it(`cuts no number, limit, alarm or mark of ${beds} beds, and has the numbers at one place with and without an alarm`, async () => {
      const board = await openFedBoard(beds, 2_000)
      try {
        await fill(board, beds)
        const page = await openPage(browser, [])
        await page.goto(`${board.ward.url}/#/`)
        await page
          .locator('[data-testid=bed-tile][data-freshness=fresh]')
          .nth(beds - 1)
          .waitFor()
        for (const size of SIZES) {
          await page.setViewportSize(size)
          await clock.sleep(600)
          if (LOOKED_AT.has(`${beds}-${size.width}`)) await looked(page, `board-${beds}-${size.width}`)
          assert.deepEqual(await cutParts(page), [], `${beds} beds at ${size.width}`)
          assert.deepEqual(await numbersElsewhere(page), [], `${beds} beds at ${size.width}`)
        }
        await page.context().close()
      } finally {
        await board.close()
      }
    })
})

/** The worst that a tile can have to show; every second bed without an alarm. */
async function fill(board: FedBoard, beds: number): Promise<void> {
  for (let bed = 1; bed <= beds; bed++) {
    board.numbers.set(bed, WIDEST)
    await board.predict(bed, { risk: 0.88, rung: 'vitals_only' })
    if (bed % 3 !== 0) await board.assign(bed, bed % 3 === 1 ? 'Wilma Moser-Wimm' : 'Wanda Schwarzenberger')
    if (bed % 2 === 0) continue
    const reason = { code: 'abp_mean', text: 'ABPm 150 mmHg above 140 mmHg for 15 s', value: 150, limit: 140, unit: '' }
    await board.raise(bed, 1, {
      ...{
        priority: bed % 4 === 1 ? 'medium' : 'high',
        condition: 'limit:abp_mean:high',
        count: 12,
        reasons: [reason],
      },
    })
    await board.raise(bed, 2, {
      ...{ condition: 'risk:combined', count: 12, presence: 'latched', conditionPresent: false },
      reasons: [
        { code: 'risk', text: 'risk 0.52 of 0.7', value: 0.52, limit: 0.7, unit: '' },
        { code: 'news2_total', text: 'NEWS2 11; high from 7', value: 11, limit: 7, unit: '' },
      ],
    })
  }
}
