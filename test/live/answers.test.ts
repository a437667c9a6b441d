import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { heldStill, openBrowser, openPage, seriousViolations } from './browser.ts'
import { recordSound } from './recorded-sound.ts'
import { SmallWard } from './small-ward.ts'
import { clock, eventually } from './ward-process.ts'

const PICTURES = join(PACKAGE_ROOT, 'test-results')
const SIZE = { viewport: { width: 1440, height: 1000 }, bypassCSP: true }
const PATIENCE = { timeout: 20_000 }

describe('nurses answer alerts', { skip: leftOut(chromiumPath() === null && 'there is no Chromium') }, () => {
  const ward = new SmallWard({ escalateMs: 60_000, escalateTo: ['charge nurse', 'physician', 'team'] })
  const errors: string[] = []
  let browser: Browser
  let one: Page
  let two: Page
  let address: string

  const item = (page: Page, alertId: string): Locator =>
    page.locator(`[data-testid=alert-item][data-alert-id="${alertId}"]`)
  const seen = (page: Page, alertId: string, text: RegExp): Promise<void> =>
    item(page, alertId).filter({ hasText: text }).waitFor(PATIENCE)
  const picture = (page: Page, name: string): Promise<Buffer> =>
    page.screenshot({ path: join(PICTURES, `${name}.png`) })
  const pulses = (): Promise<{ at: number; hz: number }[]> => one.evaluate('globalThis.pulses')

  async function inBothThemes(page: Page, name: string): Promise<void> {
    for (const theme of ['dark', 'light']) {
      await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`)
      await picture(page, `${name}-${theme}`)
      assert.deepEqual(await seriousViolations(page), [], theme)
    }
  }

  before(async () => {
    mkdirSync(PICTURES, { recursive: true })
    address = await ward.open()
    browser = await openBrowser()
    ;[one, two] = [await openPage(browser, errors, SIZE), await openPage(browser, errors, SIZE)]
    await one.addInitScript(recordSound)
    for (const page of [one, two]) await page.goto(address)
  })

  after(async () => {
    await browser?.close()
    await ward.close()
  })

  it('two at one bed: one accepts, and the other sees who sees to it', async () => {
    const { alertId } = await ward.low('Bed 1')
    await seen(one, alertId, /SpO2 \d+ % below .*, at \d\d:\d\d now \d+ %/)
    await item(one, alertId).locator('[data-testid=accept]').click(PATIENCE)
    for (const page of [one, two]) await seen(page, alertId, /somebody at this ward sees to it/)
    assert.equal(await item(two, alertId).locator('[data-testid=accept]').count(), 0, 'it is taken')
    assert.equal(await item(two, alertId).getAttribute('data-presence'), 'acknowledged')
  })

  it('one hands on what was accepted, with a reason, and it is open again on both screens', async () => {
    const { alertId } = await ward.alert('the accepted one', ({ responsible }) => responsible === 'local')
    await item(two, alertId).locator('[data-testid=reject]').click(PATIENCE)
    const form = item(two, alertId).locator('[data-testid=answer-form]')
    await form.locator('button[type=submit]').click()
    assert.equal(await form.count(), 1, 'without a reason nothing is sent')
    await form.locator('input').fill('At another bed')
    await inBothThemes(two, 'answer-form')
    await form.locator('button[type=submit]').click()
    for (const page of [one, two])
      await seen(page, alertId, /level 1: charge nurse[^]*Rejected by somebody at this ward .*At another bed/)
    assert.equal(await item(one, alertId).getAttribute('data-presence'), 'on')
  })

  it('escalates by keyboard alone, and what nobody answers grows and lies above the page', async () => {
    const { alertId } = await ward.low('Bed 2')
    const sizeOn = (page: Page): Promise<number> =>
      page.evaluate(
        `parseFloat(getComputedStyle(document.querySelector('.alert-item[data-alert-id="${alertId}"] .alert-reason')).fontSize)`,
      )
    await item(one, alertId).waitFor(PATIENCE)
    const before = await sizeOn(one)
    for (const level of [1, 2]) {
      await item(one, alertId).locator('.alert-why').focus()
      await one.keyboard.press('e')
      await one.locator('[data-testid=answer-form] input:focus').waitFor(PATIENCE)
      await one.keyboard.type('A physician')
      await one.keyboard.press('Enter')
      await item(two, alertId)
        .and(two.locator(`[data-escalation="${level}"]`))
        .waitFor(PATIENCE)
    }
    await seen(two, alertId, /level 2: physician[^]*Escalated by somebody at this ward .*A physician/)
    assert.ok((await sizeOn(two)) > before, `it is larger than ${before} px`)
    // Under a pointer nothing changes places.
    await two.mouse.move(5, 5)
    await two.locator('.alerts-held').waitFor({ state: 'detached', ...PATIENCE })
    assert.equal(await two.locator('[data-testid=alert-item]').first().getAttribute('data-alert-id'), alertId)
    await two
      .locator('[data-testid=escalation-banner]')
      .filter({ hasText: /Bed 2[^]*physician called/ })
      .waitFor(PATIENCE)
    await inBothThemes(two, 'escalation-banner')
  })

  it('lists what has gone up, whom that calls and what was said', async () => {
    await two.goto(`${address}/#/escalations`)
    const rows = two.locator('[data-testid=escalation-item]')
    await rows.nth(1).waitFor(PATIENCE)
    assert.match(
      await rows.nth(0).innerText(),
      /Bed 2[^]*assigned to nobody; calls physician[^]*Escalated by somebody at this ward .*A physician/,
    )
    assert.match(
      await rows.nth(1).innerText(),
      /Bed 1[^]*calls charge nurse[^]*Rejected by somebody at this ward .*At another bed/,
    )
    await inBothThemes(two, 'escalations')
    await two.locator('[data-testid=banner-accept]').click()
    await two.locator('[data-testid=escalation-banner]').waitFor({ state: 'detached', ...PATIENCE })
    await eventually('one row', 10_000, async () => (await rows.count()) === 1)
  })

  it('two nurses: one gives a bed to somebody, and the other sees it on the tile, at the bed and with its alerts', async () => {
    await one.goto(`${address}/#/bed/patient-2`)
    await one.locator('[data-testid=bed-nurse]').filter({ hasText: 'Nobody is assigned' }).waitFor(PATIENCE)
    await two.goto(`${address}/#/`)
    const mark = two.locator('[data-testid=bed-tile][data-patient-id=patient-2] [data-testid=nurse]')
    await mark.and(two.locator('[data-state=nobody]')).waitFor(PATIENCE)
    await one.locator('[data-testid=assign]').focus()
    await one.keyboard.press('Enter')
    await one.locator('[data-testid=assign-form] button:focus').waitFor(PATIENCE)
    await inBothThemes(one, 'assign-form')
    await one.getByLabel('Name of a nurse').fill('Anna Moser')
    await one.keyboard.press('Enter')
    await one
      .locator('[data-testid=bed-nurse]')
      .filter({ hasText: /Nurse: Anna Moser\s+since \d\d:\d\d, by somebody at this ward/ })
      .waitFor(PATIENCE)
    await one.locator('[data-testid=assign-form]').waitFor({ state: 'detached', ...PATIENCE })
    await mark.filter({ hasText: 'A. Moser' }).waitFor(PATIENCE)
    const group = two.locator('[data-testid=alert-group][data-patient-id=patient-2]')
    await group.locator('[data-testid=alert-nurse]').filter({ hasText: 'A. Moser' }).waitFor(PATIENCE)
  })

  it('at the change of shift a nurse is chosen once, is given beds, and takes over all of another', async () => {
    await two.goto(`${address}/#/nurses`)
    const bed = (name: string): Locator => two.locator('[data-testid=nurse-bed]').filter({ hasText: name })
    await bed('Bed 3').and(two.locator('[aria-disabled=true]')).waitFor(PATIENCE)
    await two.locator('[data-nurse="Anna Moser"]').filter({ hasText: '1 bed' }).first().click(PATIENCE)
    await bed('Bed 3').click()
    await bed('Bed 3').filter({ hasText: 'Anna Moser' }).waitFor(PATIENCE)
    await two.getByLabel('Name of a nurse').fill('Ben Kern')
    await two.keyboard.press('Enter')
    await inBothThemes(two, 'nurses-page')
    await two.locator('[data-testid=take-over][data-nurse="Anna Moser"]').filter({ hasText: '2 beds' }).click(PATIENCE)
    const log = two.getByRole('log')
    for (const name of ['Bed 2', 'Bed 3']) await log.getByText(`${name}: Ben Kern`).waitFor(PATIENCE)
    await one.locator('[data-testid=bed-nurse]').filter({ hasText: 'Nurse: Ben Kern' }).waitFor(PATIENCE)
    for (const page of [one, two]) await page.goto(`${address}/#/`)
  })

  it('flashes at the rates of IEC 60601-1-8', async () => {
    const rates = await one.evaluate<{ name: string; hz: number }[]>(
      `document.getAnimations().flatMap((animation) => animation instanceof CSSAnimation
        ? [{ name: animation.animationName, hz: 1_000 / animation.effect.getComputedTiming().duration }]
        : [])`,
    )
    assert.ok(rates.some(({ name }) => name === 'flash-high'))
    for (const { name, hz } of rates) {
      const [least, most] = name === 'flash-medium' ? [0.4, 0.8] : [1.4, 2.8]
      assert.ok(hz >= least && hz <= most, `${name} at ${hz} Hz`)
    }
    // As it is seen: a colour that changes to and fro, whatever moves it.
    const seenHz = await one.evaluate<number>(
      `new Promise((resolve) => {
        const isHigh = (animation) => animation.animationName === 'flash-high'
        const { target } = document.getAnimations().find(isHigh).effect
        const [from, seen] = [performance.now(), []]
        const look = () => {
          const colour = getComputedStyle(target).backgroundColor
          if (seen.at(-1) !== colour) seen.push(colour)
          const forS = (performance.now() - from) / 1_000
          if (forS > 5) resolve((seen.length - 1) / 2 / forS)
          else setTimeout(look, 20)
        }
        look()
      })`,
    )
    assert.ok(seenHz >= 1.4 && seenHz <= 2.8, `seen to flash at ${seenHz} Hz`)
  })

  it('tells every screen that nobody would hear an alarm, until one has its sound on, and lists who watches', async () => {
    const unheard = (page: Page): Locator => page.locator('.fact[data-tone=warn]', { hasText: 'sounds alarms' })
    await two.goto(`${address}/#/escalations`)
    for (const page of [one, two])
      assert.match(await unheard(page).innerText(PATIENCE), /No screen of [^,]+ sounds alarms/)
    const open = two.locator('[data-testid=watching] button')
    await open.focus()
    assert.equal(await open.innerText(), '2 watching')
    await two.keyboard.press('Enter')
    const lines = two.locator('#watching-list li')
    // What a screen has left it no longer has within a second.
    await eventually('both screens, on no bed', 10_000, async () => {
      const told = await lines.allTextContents()
      return told.length === 2 && told.every((line) => line === 'this machine · all units · sound off')
    })
    await one.locator('[data-testid=sound-off]').click()
    await lines.filter({ hasText: 'sound on' }).waitFor(PATIENCE)
    for (const page of [one, two]) await unheard(page).waitFor({ state: 'detached', ...PATIENCE })
    await inBothThemes(two, 'watching')
    await one.evaluate('globalThis.audio.suspend()')
    await unheard(two).waitFor(PATIENCE)
    await one.locator('[data-testid=sound-off]').filter({ hasText: 'SOUND BLOCKED' }).click()
    await unheard(two).waitFor({ state: 'detached', ...PATIENCE })
    await two.locator('#watching-list').focus()
    await two.keyboard.press('Escape')
    await lines.first().waitFor({ state: 'detached', ...PATIENCE })
    assert.equal(await two.evaluate('location.hash'), '#/escalations', 'the key closed the list and went nowhere')
  })

  it('sounds two times five pulses for a high alert, and three for a medium one', async () => {
    const high = await eventually('a burst of high', 30_000, async () => {
      const all = (await pulses()).filter(({ hz }) => hz === 660)
      return all.length >= 10 && all.slice(0, 10)
    })
    const gaps = high.slice(1).map(({ at }, index) => at - (high[index]?.at ?? 0))
    assert.deepEqual(
      gaps.flatMap((gap, index) => (gap > 0.3 ? [index] : [])),
      [2, 4, 7],
      'three and two, twice',
    )
    await one.evaluate('globalThis.pulses.length = 0')
    for (const bed of ['Bed 1', 'Bed 2'] as const) ward.set(bed, {})
    ward.set('Bed 3', { spo2: 88 })
    for (const { alertId } of (await ward.alerts()).filter(({ presence }) => presence === 'on'))
      await one.evaluate(`document.querySelector('[data-alert-id="${alertId}"] [data-testid=acknowledge]')?.click()`)
    const medium = await eventually('bursts of medium', 60_000, async () => {
      const all = (await pulses()).filter(({ hz }) => hz === 550)
      return all.length >= 3 && all
    })
    assert.equal(medium.length % 3, 0)
  })

  it('says that sound may be late where the page was held back, and that there is none where the browser took it', async () => {
    await heldStill(browser, () => clock.sleep(2_000))
    await one.locator('.sound-late').waitFor(PATIENCE)
    await one.evaluate('globalThis.audio.suspend()')
    const off = one.locator('[data-testid=sound-off]').filter({ hasText: 'SOUND BLOCKED' })
    await off.waitFor(PATIENCE)
    await off.click()
    await one.locator('.sound-on, .sound-late').waitFor(PATIENCE)
  })

  it('says which screens have shown an alert, and measures the way to the frame', async () => {
    const { alertId } = await ward.low('Bed 4')
    const screens = await eventually('both screens', 20_000, async () => {
      const answer = await fetch(`${address}/api/alerts/${alertId}/screens`)
      const found = (await answer.json()) as { screenId: string; atMs: number }[]
      return found.length === 2 && found
    })
    assert.equal(new Set(screens.map(({ screenId }) => screenId)).size, 2)
    assert.match(await ward.ward.metrics.registry.metrics(), /^vigil_alert_painted_ms_count [1-9]/m)
    assert.deepEqual(errors, [])
  })

  it('the last screen closes: that nobody sees a high alarm is one within 15 s, and ends when a screen opens', async () => {
    for (const page of [one, two]) await page.close()
    const closedMs = clock.monotonicMs()
    const isUnwatched = ({ condition }: { condition: string }): boolean => condition === 'technical:unwatched'
    const { bedId, priority } = await ward.alert('it', (alert) => isUnwatched(alert) && alert.presence === 'on')
    const tookMs = clock.monotonicMs() - closedMs
    assert.deepEqual([bedId, priority], ['Bed 4', 'high'])
    assert.ok(tookMs < 15_000, `${Math.round(tookMs)} ms`)
    one = await openPage(browser, errors, SIZE)
    await one.goto(address)
    await ward.alert('its end', (alert) => isUnwatched(alert) && alert.presence === 'off')
    await clock.sleep(12_000)
    assert.equal((await ward.alerts()).filter(isUnwatched).length, 1, 'it does not come again while a screen shows it')
  })
})
