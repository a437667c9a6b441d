import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage, seriousViolations } from './browser.ts'
import { type FedBoard, openFedBoard } from './fed-board.ts'
import { eventually } from './ward-process.ts'

const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('the ward by keyboard alone', { skip, concurrency: false }, () => {
  let board: FedBoard
  let browser: Browser
  let page: Page
  const sent: string[] = []
  before(async () => {
    board = await openFedBoard(6)
    await board.raise(2, 1, { priority: 'medium' })
    await board.raise(5, 1, { priority: 'high' })
    browser = await openBrowser()
    page = await openPage(browser, [], { viewport: { width: 1440, height: 1000 }, bypassCSP: true })
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())))
    await page.goto(`${board.ward.url}/#/`)
    await page.locator('.tile[data-freshness=fresh]').nth(5).waitFor()
    await page.locator('[data-testid=alert-item]').nth(1).waitFor()
  })
  after(async () => {
    await browser?.close()
    await board?.close()
  })

  const focused = (attribute: string): Promise<string | null> =>
    page.evaluate<string | null>(
      `document.activeElement.closest('[${attribute}]')?.getAttribute('${attribute}') ?? null`,
    )
  const asked = (event: string, of: string): Promise<unknown> =>
    eventually(`${event} ${of}`, 3_000, async () =>
      Promise.resolve(sent.some((frame) => frame.includes(`"${event}"`) && frame.includes(of))),
    )

  it('skips to the alerts and to the beds', async () => {
    await page.keyboard.press('Tab')
    assert.equal(await page.getByRole('button', { name: 'Skip to alerts' }).isVisible(), true)
    await page.keyboard.press('Enter')
    assert.equal(await focused('class'), 'alerts-scroll')
    await page.locator('.skip button').last().focus()
    await page.keyboard.press('Enter')
    assert.equal(await focused('data-patient-id'), 'p1')
  })

  it('walks from bed to bed, opens one and comes back', async () => {
    const columns = await page.evaluate<number>(
      `getComputedStyle(document.querySelector('.board-grid')).gridTemplateColumns.split(' ').length`,
    )
    await page.keyboard.press('ArrowRight')
    assert.equal(await focused('data-patient-id'), 'p2')
    await page.keyboard.press('ArrowDown')
    assert.equal(await focused('data-patient-id'), `p${2 + columns}`)
    await page.keyboard.press('Enter')
    await page.locator('.bed-numerics').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.tile').nth(5).waitFor()
  })

  it('goes from open alert to open alert, acknowledges and pauses where it is', async () => {
    await page.keyboard.press('n')
    assert.equal(await focused('data-alert-id'), 'a5-limit:spo2:low')
    await page.keyboard.press('n')
    assert.equal(await focused('data-alert-id'), 'a2-limit:spo2:low')
    await page.keyboard.press('n')
    assert.equal(await focused('data-alert-id'), 'a5-limit:spo2:low')
    await page.keyboard.press('p')
    await asked('pause-audio', '"patientId":"p5"')
    await page.keyboard.press('a')
    await asked('acknowledge', 'a5-limit:spo2:low')
    assert.ok(!sent.some((frame) => frame.includes('"acknowledge"') && frame.includes('a2-')), 'and no other')
  })

  it('has the alerts of a bed as one group, with one pause, and moves nothing under a pointer', async () => {
    await board.raise(2, 2, { priority: 'low', condition: 'limit:hr:high' })
    const groups = page.locator('[data-testid=alert-group]')
    const order = (): Promise<string> =>
      page.evaluate<string>(
        `[...document.querySelectorAll('[data-testid=alert-group]')].map((group) => group.dataset.patientId).join(' ')`,
      )
    const ofBed2 = page.locator('[data-testid=alert-group][data-patient-id=p2]')
    await ofBed2.locator('[data-testid=alert-item]').nth(1).waitFor()
    assert.deepEqual([await groups.count(), await page.locator('[data-testid=pause-audio]').count()], [2, 2])
    assert.match(await ofBed2.locator('header').innerText(), /Bed 2\s+2 alerts/)
    const before = await order()
    await ofBed2.locator('.alert-reason').first().hover()
    await board.raise(6, 1, { priority: 'high' })
    await page.locator('.alerts-held', { hasText: 'most urgent: Bed 6' }).waitFor()
    assert.equal(await order(), `${before} p6`)
    assert.deepEqual(await seriousViolations(page), [])
    await page.mouse.move(5, 5)
    await eventually('the most urgent first', 3_000, async () => (await order()).startsWith('p6'))
    assert.equal(await page.locator('.alerts-held').count(), 0)
  })

  it('lists its keys, which do nothing else meanwhile, and closes the list', async () => {
    const before = sent.length
    await page.keyboard.press('?')
    const list = page.getByRole('dialog', { name: 'Keys and marks' })
    await list.waitFor()
    await looked(page, 'keys')
    assert.deepEqual(await seriousViolations(page), [])
    for (const key of ['a', 'p', 'n']) await page.keyboard.press(key)
    assert.deepEqual(
      sent.slice(before).filter((frame) => /"(acknowledge|pause-audio)"/.test(frame)),
      [],
    )
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await list.getByRole('button', { name: 'Close' }).press('Enter')
    await list.waitFor({ state: 'detached' })
  })
})
