import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { AlertDetail, AlertView } from '../../src/watch/events.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, openPage, seriousViolations } from './browser.ts'
import { clock, eventually, WardProcess } from './ward-process.ts'

const PICTURES = join(PACKAGE_ROOT, 'test-results')
const SIZES = [
  { width: 1440, height: 1000 },
  { width: 1920, height: 1080 },
  { width: 2560, height: 1440 },
  { width: 390, height: 844 },
]
/** Of the demo ward: one that deteriorates from the beginning, and one whose heart rate stays about 84. */
const [ILL, STEADY] = ['demo-01', 'demo-05']
const skip = leftOut(chromiumPath() === null ? 'there is no Chromium' : false)

describe('the bed in a browser', { skip, concurrency: false }, () => {
  const ward = new WardProcess(['--demo', 'on'])
  const errors: string[] = []
  let browser: Browser
  let page: Page
  let risk: AlertView

  before(async () => {
    mkdirSync(PICTURES, { recursive: true })
    await ward.start()
    browser = await openBrowser()
    page = await openPage(browser, errors, { viewport: { width: 1440, height: 1000 }, bypassCSP: true })
    await page.goto(`${ward.address}/#/bed/${ILL}`)
    risk = await eventually('an alert of the score', 90_000, async () =>
      (await ward.get<AlertView[]>(`/api/alerts?limit=50&patientId=${ILL}`)).find(
        ({ condition }) => condition === 'risk:combined',
      ),
    )
    await eventually('the archive has the alert and its window', 120_000, async () => {
      const detail = await ward.get<AlertDetail>(`/api/beds/${ILL}/alerts/${risk.alertId}`)
      return detail.archiveRead && detail.prediction !== null
    })
  })

  after(async () => {
    await browser?.close()
    await ward.remove()
  })

  it('has trends of 1 to 72 h from the archive, with what was lowest and highest, and says how short a history is', async () => {
    await page.locator('.trends[data-source=archive]').waitFor({ timeout: 30_000 })
    assert.deepEqual(await texts(page.locator('.trends .segments button')), [
      '1 h',
      '6 h',
      '12 h',
      '24 h',
      '48 h',
      '72 h',
    ])
    await page.locator('.trends .segments button', { hasText: '72 h' }).click()
    await page.getByText(/from the archive; there are only .* of these 72 h/).waitFor({ timeout: 20_000 })
    await page.locator('.trends .segments button', { hasText: /^1 h$/ }).click()
    await page.getByText(/there are only .* of these 1 h/).waitFor({ timeout: 20_000 })
    const rows = page.locator('.trend')
    assert.deepEqual(await texts(rows.locator('.trend-name')), [
      'HR /min',
      'SpO2 %',
      'ABPm mmHg',
      'RR /min',
      'Temp °C',
      'Score of 1',
    ])
    for (const value of await texts(rows.locator('.trend-value strong'))) assert.match(value, /^[\d.]+$/)
  })

  it('has one cursor for all rows, and tells their values under it', async () => {
    const box = await page.locator('.trend[data-row=hr] .u-over').boundingBox()
    assert.ok(box !== null)
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
    await page.locator('.trend-says', { hasText: /^at \d\d:\d\d/ }).waitFor({ timeout: 5_000 })
    // Long before the ward began there is nothing to tell.
    await eventually('no values where there are none', 5_000, async () =>
      (await texts(page.locator('.trend-value strong'))).every((value) => value === '–'),
    )
    await page.mouse.move(0, 0)
    await page.locator('.trend-says', { hasText: 'from the archive' }).waitFor({ timeout: 5_000 })
  })

  it('marks the alerts on the trends, and a click on a mark tells of the alert', async () => {
    const mark = page.locator('.lane-mark[data-priority=high]').first()
    await mark.waitFor({ timeout: 20_000 })
    await mark.click()
    const detail = page.locator('[data-testid=alert-detail]')
    await detail.waitFor({ timeout: 5_000 })
    assert.match(page.url(), /#\/bed\/demo-01\/alert\/[0-9a-f]+$/)
    await page.keyboard.press('Escape')
    await detail.waitFor({ state: 'detached', timeout: 5_000 })
    assert.match(page.url(), /#\/bed\/demo-01$/)
  })

  it('tells from the list in one click all reasons of an alert, then and now, what happened, the shares and the card', async () => {
    const item = page.locator(`[data-testid=alert-item][data-alert-id="${risk.alertId}"]`)
    await item.locator('.alert-why').click()
    const detail = page.locator('[data-testid=alert-detail]')
    await detail.getByText('What happened').waitFor({ timeout: 15_000 })
    const stored = await ward.get<AlertDetail>(`/api/beds/${ILL}/alerts/${risk.alertId}`)
    const [first] = stored.transitions
    assert.ok(first !== undefined && first.reasons.length > 5, 'more reasons than the list has room for')
    const told = await texts(detail.locator('.detail-reasons').first().locator('li'))
    assert.equal(told.length, first.reasons.length)
    assert.match((await texts(detail.locator('.detail-steps li')))[0] ?? '', /Raised, high priority/)
    const rows = await texts(detail.locator('.then-now tbody tr'))
    assert.ok(
      rows.some((row) => /^HR \/min\d+\d+$/.test(row)),
      `then and now: ${rows.join('; ')}`,
    )
    const shares = await texts(detail.locator('.why-scorer'))
    for (const share of ['NEWS2', 'Base rate', 'Vital signs']) assert.ok(shares.includes(share), share)
    await detail.locator('.model-card summary').click()
    await detail.getByText('What it cannot do').waitFor({ timeout: 10_000 })
    assert.ok((await detail.locator('.card-figures tbody tr').count()) > 10)
    assert.match(await detail.locator('.card-figures .card-value').first().innerText(), /\d \(.* to .*\)/)
    assert.equal(await detail.locator('.card-other').count(), 0, 'it is the card of the file that answered')
    await looked('bed-alert')
    assert.deepEqual(await seriousViolations(page), [])
    await detail.locator('.close').click()
  })

  it('cuts no text of any panel, at any size', async () => {
    for (const size of SIZES) {
      await page.setViewportSize(size)
      await clock.sleep(800)
      assert.deepEqual(await cutPanels(page), [], `${size.width} px wide`)
      await looked(`bed-${size.width}`)
    }
    await page.setViewportSize({ width: 1440, height: 1000 })
  })

  it('has the last seconds of every waveform as soon as it is opened, and sweeps as fast as a person chooses', async () => {
    const opened = await openPage(browser, errors, { viewport: { width: 1440, height: 1000 } })
    await opened.goto(`${ward.address}/#/ward`)
    await opened.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: 15_000 })
    await opened.evaluate(`location.hash = '#/bed/${STEADY}'`)
    await opened.locator('.strip-pleth').waitFor({ timeout: 5_000 })
    await clock.sleep(900)
    const inked = await opened.evaluate<number>(INKED_SHARE)
    assert.ok(inked > 0.9, `pleth is drawn over ${Math.round(100 * inked)} % of its strip`)
    await opened.locator('.unit-bar', { hasText: '1 mV' }).waitFor({ timeout: 5_000 })
    for (const speed of ['6.25', '50']) {
      await opened.locator('.paper button', { hasText: speed }).click()
      assert.equal(await opened.locator('.paper button[aria-pressed=true]').innerText(), speed)
    }
    await opened.context().close()
  })

  it('shows the heart sound and its spectrogram, and replays it with a cursor over both', async () => {
    const panel = page.locator('.heart-sound')
    await panel.scrollIntoViewIfNeeded()
    const shades = await eventually('a spectrogram', 10_000, async () => {
      const found = await page.evaluate<number>(SHADES)
      return found > 50 && found
    })
    assert.ok(shades > 50, 'loud and silent differ')
    await panel.getByText('Replay', { exact: true }).click()
    const cursor = panel.locator('.heart-cursor')
    await cursor.waitFor({ timeout: 5_000 })
    const place = (): Promise<string | null> => cursor.getAttribute('style')
    const before = await place()
    await eventually('the cursor moves', 5_000, async () => (await place()) !== before)
    await panel.getByText('held still').waitFor({ timeout: 2_000 })
    await looked('bed-heart-sound')
    await panel.getByText('Stop', { exact: true }).click()
    await cursor.waitFor({ state: 'detached', timeout: 5_000 })
  })

  it('enlarges the procedure, with the model’s verdict beside it', async () => {
    const panel = page.locator('.procedure')
    assert.match(await panel.locator('.procedure-verdict').innerText(), /^Model, last window: |^No model has judged/)
    const width = async (): Promise<number> => (await panel.boundingBox())?.width ?? 0
    const before = await width()
    await panel.getByText('Enlarge').click()
    assert.ok((await width()) > before * 1.5)
    await looked('bed-procedure')
    await panel.getByText('Smaller').click()
  })

  it('says what was written of the patient', async () => {
    const panel = page.locator('.context')
    assert.match(await panel.innerText(), /Consciousness\s+\w+/)
    assert.match(await panel.innerText(), /Oxygen\s+(supplemental oxygen|on air|not known)/)
    assert.ok((await panel.locator('.notes li').count()) > 0)
    assert.match((await texts(panel.locator('.labs tr')))[0] ?? '', /\d.*\d\d \w{3} \d\d:\d\d/)
  })

  it('a limit that is changed on the screen is in force when it says so, and raises an alert', async () => {
    await page.goto(`${ward.address}/#/bed/${STEADY}`)
    const row = page.locator('.limit-row[data-code=hr]')
    await row.locator('.limit-whose', { hasText: 'the unit’s' }).waitFor({ timeout: 15_000 })
    await row.locator('input[name=high]').fill('70')
    await row.locator('button[type=submit]').click()
    await row.getByText('In force.').waitFor({ timeout: 10_000 })
    await row
      .locator('.limit-whose', { hasText: /set by .*, \d\d \w{3} \d\d:\d\d · the unit’s: 50–120/ })
      .waitFor({ timeout: 10_000 })
    const raised = page.locator(`[data-testid=alert-item][data-patient-id=${STEADY}]`, { hasText: 'above 70' })
    await raised.waitFor({ timeout: 40_000 })
  })

  it('a wider limit is asked about before it is sent; the unit’s own is one click away', async () => {
    const row = page.locator('.limit-row[data-code=hr]')
    const unit = row.getByRole('button', { name: /unit’s limits/ })
    await unit.click()
    await row.locator('.limit-asking', { hasText: 'above 70 only from 120 on' }).waitFor({ timeout: 5_000 })
    await looked('bed-limit-asked')
    assert.deepEqual(await seriousViolations(page), [])
    await row.getByText('Keep').click()
    assert.equal(await row.locator('input[name=high]').inputValue(), '70')
    await unit.click()
    await row.getByText('Set wider').click()
    await row.getByText('In force.').waitFor({ timeout: 10_000 })
    await row.locator('.limit-whose', { hasText: /^the unit’s · high alarm 40–140$/ }).waitFor({ timeout: 10_000 })
    await row.locator('input[name=low]').fill('400')
    await row.locator('button[type=submit]').click()
    await row.getByText(/Not sent: between 0 and 350/).waitFor({ timeout: 5_000 })
  })

  it('all of it without an error in the browser', () => assert.deepEqual(errors, []))

  async function looked(name: string): Promise<void> {
    for (const theme of ['dark', 'light']) {
      await page.screenshot({ path: join(PICTURES, `${name}-${theme}.png`) })
      await page.getByRole('button', { name: theme === 'dark' ? 'Light' : 'Dark', exact: true }).click()
      await clock.sleep(300)
    }
  }
})

function texts(found: Locator): Promise<string[]> {
  return found.evaluateAll((elements) =>
    elements.map((element) => (element as unknown as { textContent: string }).textContent.trim()),
  )
}

/** Panels of the bed with more in them than they show, and a page that is wider than the screen. */
function cutPanels(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const cut = []
    for (const panel of document.querySelectorAll('.bed .panel, .limit-row, .trend figcaption, .fact-row, .notes li, .trend-value')) {
      const name = panel.getAttribute('aria-label') ?? panel.className
      if (panel.scrollHeight > panel.clientHeight + 1) cut.push(name + ' is ' + (panel.scrollHeight - panel.clientHeight) + ' px too low')
      if (panel.scrollWidth > panel.clientWidth + 1) cut.push(name + ' is ' + (panel.scrollWidth - panel.clientWidth) + ' px too narrow')
    }
    if (document.documentElement.scrollWidth > innerWidth) cut.push('the page is wider than the screen')
    return cut
  })()`)
}

/** Columns of the pleth's strip, of all, in which something is drawn. */
const INKED_SHARE = `(() => {
  const canvas = document.querySelector('.strip-pleth')
  const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let inked = 0
  for (let x = 0; x < width; x++)
    for (let y = 0; y < height; y++)
      if (data[4 * (y * width + x) + 3] > 0) {
        inked++
        break
      }
  return inked / width
})()`

/** How many different colours the spectrogram has. */
const SHADES = `(() => {
  const canvas = document.querySelector('[data-testid=spectrogram]')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return new Set(new Uint32Array(data.buffer)).size
})()`
