import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { outbound } from '../../src/ingest/outbound.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { looked, openBrowser, openPage } from './browser.ts'
import { clock, type FedBoard, openFedBoard } from './fed-board.ts'
import { context } from '../watch/ward-records.ts'
import { eventually } from './ward-process.ts'

const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('the board as a nurse uses it', { skip, concurrency: false }, () => {
  let board: FedBoard
  let browser: Browser
  let page: Page
  const errors: string[] = []
  before(async () => {
    board = await openFedBoard(6)
    browser = await openBrowser()
    page = await openPage(browser, errors)
    await page.goto(`${board.ward.url}/#/`)
    await page.locator('[data-testid=bed-tile][data-freshness=fresh]').nth(5).waitFor()
  })
  after(async () => {
    await browser?.close()
    await board?.close()
  })

  const order = (): Promise<string> =>
    page.evaluate<string>(
      `[...document.querySelectorAll('[data-testid=bed-tile]')].map((tile) => tile.dataset.patientId).join(' ')`,
    )
  const becomes = (expected: string, withinMs: number): Promise<unknown> =>
    eventually(expected, withinMs, async () => (await order()) === expected)

  const colourOf = (selector: string): Promise<string> =>
    page.evaluate<string>(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).color`)

  it('puts the bed that needs someone first, in its colours, and keeps that choice over a reload', async () => {
    await page.getByRole('button', { name: 'Urgency' }).click()
    await page.mouse.move(5, 5)
    await clock.sleep(5_500)
    await board.raise(5, 1, { priority: 'medium', condition: 'limit:hr:high' })
    await becomes('p5 p1 p2 p3 p4 p6', 3_000)
    const bar = page.locator('.tile[data-patient-id=p5] .alarm-bar')
    assert.equal(await bar.getAttribute('data-priority'), 'medium')
    await page.reload()
    await becomes('p5 p1 p2 p3 p4 p6', 5_000)
  })

  it('holds the order while a pointer is on the board, says so, and lets go when it leaves', async () => {
    await clock.sleep(5_500)
    await page.locator('.tile[data-patient-id=p2] .tile-bed').hover()
    await board.raise(6, 1, { priority: 'high' })
    await page.locator('.tile[data-patient-id=p6][data-priority=high]').waitFor()
    await page.locator('.board-held').waitFor()
    await clock.sleep(1_500)
    assert.equal(await order(), 'p5 p1 p2 p3 p4 p6')
    await page.mouse.move(5, 5)
    await becomes('p6 p5 p1 p2 p3 p4', 3_000)
    const flashing = await page.evaluate<string>(
      `getComputedStyle(document.querySelector('[data-patient-id=p6] .alarm-bar')).animationName`,
    )
    assert.equal(flashing, 'flash-high')
  })

  it('shows a bed that falls silent before calm ones, and the order by bed at once when chosen', async () => {
    board.silent.add(4)
    const bed4 = page.locator('.tile[data-patient-id=p4]')
    await page.locator('.tile[data-patient-id=p4][data-freshness=stale]').waitFor({ timeout: 6_000 })
    assert.match(await bed4.innerText(), /No data for [3-9] s/)
    assert.equal(
      await colourOf('.tile[data-patient-id=p4] .tone-spo2'),
      await colourOf('.tile[data-patient-id=p1] .tile-diagnosis'),
    )
    await page.locator('.tile[data-patient-id=p4][data-freshness=none]').waitFor({ timeout: 9_000 })
    assert.match(await bed4.innerText(), /NO DATA\s+for 1\d s/)
    assert.equal(await bed4.locator('.tone-spo2 .cell-value').innerText(), '---')
    await becomes('p6 p5 p4 p1 p2 p3', 20_000)
    await page.getByRole('button', { name: 'Bed', exact: true }).click()
    await becomes('p1 p2 p3 p4 p5 p6', 1_000)
    assert.deepEqual(errors, [])
  })

  it('says in the trust bar which beds are without data and which feeds are silent, and leads to them', async () => {
    const fact = (name: string) => page.locator('.fact', { hasText: name })
    assert.match(await fact('No data').innerText(), /1 of 6 beds/)
    await fact('Feeds').getByText('1 of 6 silent').waitFor({ timeout: 10_000 })
    assert.equal(await fact('Feeds').getAttribute('data-tone'), 'bad')
    const names = fact('Feeds').locator('.fact-names')
    assert.equal(await names.isVisible(), false)
    await fact('Feeds').getByRole('link').focus()
    assert.match(await names.innerText(), /Bed 4 monitor: monitor-4\/vitals/)
    await fact('No data').locator('.fact-text').focus()
    assert.match(await fact('No data').locator('.fact-names').innerText(), /Bed 4/)
    await fact('Feeds').getByRole('link').click()
    await page.locator('tr[data-state=silent]').waitFor()
    await page.goto(`${board.ward.url}/#/`)
    board.silent.clear()
    await fact('Feeds').getByText('all 6 live').waitFor()
    assert.equal(await fact('No data').count(), 0)
    // What comes late is as old as it says it is.
    board.lagMs = 9_000
    await fact('Newest data')
      .getByText(/[5-9] s ago/)
      .waitFor({ timeout: 12_000 })
    board.lagMs = 0
    await fact('Newest data').getByText('now').waitFor()
  })

  it('draws the waveforms that were chosen, which are kept, and says when there is no room for all', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 })
    for (const name of ['Pleth', 'ABP']) await page.getByRole('button', { name, exact: true }).click()
    const resp = page.getByRole('button', { name: 'Resp', exact: true })
    assert.equal(await resp.getAttribute('aria-disabled'), 'true', 'three at most')
    await page.locator('.tile').first().locator('[data-testid=abp-strip]').waitFor()
    const codes = new Set<string>()
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const code = /"waveform",\{.*?"code":"(\w+)"/.exec(payload.toString())?.[1]
        if (code !== undefined) codes.add(code)
      }),
    )
    await page.reload()
    await eventually('three waveforms', 10_000, async () => Promise.resolve(codes.size === 3))
    assert.deepEqual([...codes].sort(), ['abp', 'ecg', 'pleth'])
    const inked = (code: string): Promise<boolean> =>
      page.evaluate<boolean>(`(() => {
        const { width, height } = document.querySelector('.tile [data-testid=${code}-strip]')
        const { data } = document.querySelector('.tile [data-testid=${code}-strip]').getContext('2d').getImageData(0, 0, width, height)
        return data.some((value) => value > 0)
      })()`)
    for (const code of ['ecg', 'pleth', 'abp']) await eventually(`${code} drawn`, 5_000, () => inked(code))
    await page.setViewportSize({ width: 800, height: 520 })
    await page.getByText('Room for 1 of 3').waitFor()
    assert.equal(await page.locator('.tile').first().locator('canvas').count(), 1)
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.locator('.tile').first().locator('[data-testid=abp-strip]').waitFor()
    await looked(page, 'board-waves')
    for (const name of ['ECG', 'ABP']) await page.getByRole('button', { name, exact: true }).click()
    assert.equal(await page.getByRole('button', { name: 'Pleth', exact: true }).getAttribute('aria-disabled'), 'true')
    assert.deepEqual(errors, [])
  })

  it('keeps the unit that was chosen in the address, over a reload and a look at a bed, and says when it has none', async () => {
    await board.ward.log.append([
      outbound('patient-context', context({ patientId: 'p6', unitId: 'step-down', bedId: 'Bed 6' })),
    ])
    const tiles = (count: number): Promise<unknown> =>
      eventually(`${count} tiles`, 10_000, async () => (await page.locator('.tile').count()) === count)
    const hash = (): Promise<string> => page.evaluate<string>('location.hash')
    const choice = page.locator('.board-unit select')
    await choice.selectOption('icu')
    await tiles(5)
    assert.equal(await hash(), '#/ward?unit=icu')
    await page.reload()
    await tiles(5)
    await page.locator('.tile-link').first().click()
    await page.locator('.bed-numerics').waitFor()
    await page.keyboard.press('Escape')
    await tiles(5)
    assert.equal(await hash(), '#/ward?unit=icu')
    await page.goto(`${board.ward.url}/#/ward?unit=elsewhere`)
    await tiles(6)
    await page.getByText('No beds of elsewhere here; all units are shown').waitFor()
    await choice.selectOption('step-down')
    await tiles(1)
    await choice.selectOption('')
    await tiles(6)
    assert.equal(await hash(), '#/ward')
    assert.deepEqual(errors, [])
  })

  it('has a nurse’s own beds first or alone, says of high alarms at others, and of a nurse without an account', async () => {
    const cookie = board.ward.cookieOf({ id: 'anna', roles: ['nurse'], units: ['icu', 'step-down'] })
    for (const [bed, nurse] of [
      [2, 'anna'],
      [4, 'anna'],
      [1, 'who-left'],
    ] as const)
      await board.assign(bed, nurse)
    await board.raise(3, 1, { priority: 'high', condition: 'limit:hr:high' })
    await page.context().close()
    page = await openPage(browser, errors)
    const [name = '', value = ''] = cookie.split('=')
    await page.context().addCookies([{ name, value, url: board.ward.url }])
    await page.goto(`${board.ward.url}/#/`)
    await page.locator('.tile[data-patient-id=p2] .nurse[data-mine=true]').waitFor()
    await page.locator('.tile[data-patient-id=p1] .nurse[data-state=no-account]').waitFor()
    assert.match(await page.locator('.tile[data-patient-id=p1] .nurse').innerText(), /no longer has an account here/)
    await page.getByRole('button', { name: 'Mine first' }).click()
    await becomes('p2 p4 p1 p3 p5 p6', 3_000)
    assert.equal(await page.getByTestId('board-hidden').count(), 0)
    await page.getByRole('button', { name: 'Mine alone' }).click()
    await becomes('p2 p4', 3_000)
    await page.getByTestId('board-hidden').getByText('high alarms at beds not shown').waitFor()
    await page.locator('[data-testid=alert-item][data-patient-id=p3]').waitFor()
    await page.reload()
    await becomes('p2 p4', 5_000)
    await looked(page, 'board-mine')
    await page.getByRole('button', { name: 'Show all beds' }).click()
    await becomes('p1 p2 p3 p4 p5 p6', 3_000)
    assert.equal(await page.getByTestId('board-hidden').count(), 0)
    await page.goto(`${board.ward.url}/#/bed/p1`)
    await page.getByTestId('assign').click()
    await page
      .getByTestId('assign-form')
      .getByRole('button', { name: /^Me, Name of anna · 2 beds/ })
      .waitFor()
  })
})
