import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { PACKAGE_ROOT } from '../../src/config.ts'
import type { WardView } from '../../src/watch/events.ts'
import { chromiumPath, leftOut } from '../support/prerequisites.ts'
import { openBrowser, seriousViolations } from './browser.ts'
import { WardProcess } from './ward-process.ts'

const PICTURES = join(PACKAGE_ROOT, 'test-results')
/** A password takes a good second where many share the processor. */
const PATIENCE_MS = 60_000
const PASSWORD = 'a sentence is good'
const THEMES = ['dark', 'light'] as const
const SIZES = { large: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

describe('people in a browser', { skip: leftOut(chromiumPath() === null && 'there is no Chromium') }, () => {
  const ward = new WardProcess(['--demo', 'on'])
  const origins = new Set<string>()
  const errors: string[] = []
  let browser: Browser
  let admin: Page
  let nurse: Page
  /** Of the demo ward. */
  let unit = ''

  /** A browser of its own: nothing is shared with the others. What it asks, and whom, is noted. */
  async function browserOf(theme: 'dark' | 'light' = 'dark'): Promise<[BrowserContext, Page]> {
    const context = await browser.newContext({ viewport: SIZES.large, bypassCSP: true })
    await context.addInitScript(`localStorage.setItem('vigil-theme', '${theme}')`)
    const page = await context.newPage()
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol !== 'blob:' && protocol !== 'data:') origins.add(origin.replace(/^ws/, 'http'))
    })
    // A refusal is an answer like others to us; the browser writes it into its console as an error.
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(error.message))
    return [context, page]
  }

  /** A picture of every theme and size of what a page shows, and what axe finds in each. */
  async function looked(page: Page, name: string): Promise<void> {
    for (const theme of THEMES) {
      await page.evaluate((chosen) => {
        const { document } = globalThis as unknown as {
          document: { documentElement: { dataset: Record<string, string> } }
        }
        document.documentElement.dataset['theme'] = chosen
      }, theme)
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport)
        await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${size}.png`) })
        // Each theme and each size once.
        if ((theme === 'dark') === (size === 'large'))
          assert.deepEqual(await seriousViolations(page), [], `${name}, ${theme}, ${size}`)
      }
    }
    await page.setViewportSize(SIZES.large)
  }

  async function welcomed(page: Page, link: string, account: { account: string; name: string } | null): Promise<void> {
    await page.goto(link)
    const form = page.locator('[data-testid=welcome] form')
    await form.locator('[name=password]').waitFor()
    if (account !== null) {
      await form.locator('[name=account]').fill(account.account)
      await form.locator('[name=name]').fill(account.name)
    }
    await form.locator('[name=password]').fill(PASSWORD)
    await form.locator('[name=again]').fill(PASSWORD)
    await form.locator('button[type=submit]').click()
    await page.locator('[data-testid=who]').waitFor({ timeout: PATIENCE_MS })
  }

  async function signedIn(page: Page, account: string, password = PASSWORD): Promise<void> {
    const form = page.locator('[data-testid=sign-in] form')
    await form.locator('[name=account]').fill(account)
    await form.locator('[name=password]').fill(password)
    await form.locator('button[type=submit]').click()
  }

  /** Invites somebody on the people page; answers the link. */
  async function invite(account: string, name: string, roles: string[], units: string): Promise<string> {
    const form = admin.locator('[data-testid=invite]')
    await form.locator('[name=account]').fill(account)
    await form.locator('[name=name]').fill(name)
    for (const role of ['nurse', 'engineer', 'quality', 'admin'])
      await form.locator(`[name=role][value=${role}]`).setChecked(roles.includes(role))
    await form.locator('[name=units]').fill(units)
    await form.locator('button[type=submit]').click()
    const link = admin.locator('[data-testid=people-link] code')
    await link.waitFor()
    const text = (await link.textContent()) ?? ''
    await admin.locator('[data-testid=people-link] button').click()
    return text
  }

  before(async () => {
    mkdirSync(PICTURES, { recursive: true })
    await ward.start()
    browser = await openBrowser()
    ;[, admin] = await browserOf()
    ;[, nurse] = await browserOf()
  })

  after(async () => {
    await browser?.close()
    await ward.remove()
  })

  it('is open on this machine at first, and the trust bar says so', async () => {
    await nurse.goto(ward.address)
    await nurse.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: PATIENCE_MS })
    unit = (await ward.get<WardView>('/api/ward')).beds[0]?.unitId ?? ''
    assert.match(
      (await nurse.locator('[data-testid=trust-bar]').textContent()) ?? '',
      /Open on this machine no one has signed in yet/,
    )
  })

  it('prints a link to the first account; who takes it closes the ward to all others at once', async () => {
    const link = /^first account (\S+)$/m.exec(ward.output)?.[1] ?? ''
    assert.match(link, new RegExp(`^${ward.address}/#/welcome/[\\w-]{43}$`))
    await admin.goto(link)
    await admin.locator('[data-testid=welcome] [name=password]').waitFor()
    await looked(admin, 'welcome')
    await welcomed(admin, link, { account: 'root', name: 'Rosa Admin' })
    await nurse.locator('[data-testid=sign-in]').waitFor({ timeout: PATIENCE_MS })
    assert.match((await nurse.locator('[data-testid=sign-in]').textContent()) ?? '', /shows nothing live/)
    assert.equal((await fetch(`${ward.address}/api/alerts`)).status, 401)
    const again = await fetch(`${ward.address}/api/welcome/look`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: link.split('/').at(-1) }),
    })
    assert.equal(again.status, 410)
    await looked(nurse, 'sign-in-after-live')
  })

  it('shows nothing of what lay under the sign-in', async () => {
    assert.equal(await nurse.locator('.shell[inert]').count(), 1)
    assert.equal(await nurse.locator('[data-testid=bed-tile], [data-testid=alert-item]').count(), 0)
  })

  it('lets an admin invite, and each comes in by the own link', async () => {
    await admin.goto(`${ward.address}/#/people`)
    await admin.locator('[data-testid=people-table]').waitFor()
    const ann = await invite('ann', 'Ann Nurse', ['nurse'], 'all')
    const other = await invite('otto', 'Otto of Another Unit', ['nurse'], 'somewhere else')
    const eve = await invite('eve', 'Eve Engineer', ['engineer'], 'all')
    await welcomed(nurse, ann, null)
    for (const link of [other, eve]) {
      const [context, page] = await browserOf()
      await welcomed(page, link, null)
      await context.close()
    }
    await admin.reload()
    await admin.locator('[data-testid=people-table] tr', { hasText: 'Otto' }).waitFor()
    await looked(admin, 'people')
  })

  it('shows a nurse the ward with ways to act, and no people page', async () => {
    await nurse.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: PATIENCE_MS })
    assert.deepEqual(await nurse.locator('.doors a').allTextContents(), [
      'Ward',
      'Escalations',
      'Alarm load',
      'Feeds',
      'Episodes',
    ])
    const standing = nurse.locator('[data-testid=alert-item][data-presence=on]').first()
    await standing.waitFor({ timeout: PATIENCE_MS })
    const id = (await standing.getAttribute('data-alert-id')) ?? ''
    await standing.locator('[data-testid=acknowledge]').click()
    const same = nurse.locator(`[data-testid=alert-item][data-alert-id="${id}"]`)
    await same.getByText('✓ seen by Ann Nurse').waitFor({ timeout: PATIENCE_MS })
    await nurse.goto(`${ward.address}/#/people`)
    await nurse.locator('[data-testid=not-yours]').waitFor()
    await looked(nurse, 'not-yours')
    await nurse.goto(`${ward.address}/#/ward`)
  })

  it('shows a nurse of another unit none of these beds, on the screen and by the API', async () => {
    const [context, page] = await browserOf()
    await page.goto(ward.address)
    await signedIn(page, 'otto')
    await page.locator('[data-testid=who]').waitFor({ timeout: PATIENCE_MS })
    assert.equal(await page.locator('[data-testid=bed-tile]').count(), 0)
    const answer = await context.request.get(`${ward.address}/api/beds/demo-01`)
    assert.deepEqual([answer.status(), ((await answer.json()) as { code: string }).code], [404, 'PATIENT_UNKNOWN'])
    assert.deepEqual(await (await context.request.get(`${ward.address}/api/alerts`)).json(), [])
    await page.goto(`${ward.address}/#/bed/demo-01`)
    await page.screenshot({ path: join(PICTURES, 'another-unit.png') })
    await context.close()
  })

  it('refuses the wrong role on the screen, by the API and on a socket', async () => {
    const [context, page] = await browserOf()
    await page.goto(ward.address)
    await signedIn(page, 'eve')
    await page.locator('[data-testid=not-yours]').waitFor({ timeout: PATIENCE_MS })
    assert.deepEqual(await page.locator('.doors a').allTextContents(), ['Feeds'])
    assert.equal(await page.locator('[data-testid=alert-item]').count(), 0)
    await page.locator('.doors a').first().click()
    await page.locator('[data-testid=feeds-table] tbody tr').nth(7).waitFor({ timeout: PATIENCE_MS })
    await page.screenshot({ path: join(PICTURES, 'engineer.png') })
    assert.equal((await context.request.get(`${ward.address}/api/alerts`)).status(), 403)
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const screen = await ward.screen({ cookie })
    for (const [event, request] of [
      ['watch', {}],
      ['acknowledge', { alertId: 'any' }],
      ['set-limit', { patientId: 'demo-01', code: 'hr', low: 1, high: 2 }],
    ] as const) {
      const answer = (await screen.timeout(5_000).emitWithAck(event, request as never)) as { code?: string }
      assert.equal(answer.code, 'NOT_ALLOWED', event)
    }
    await context.close()
  })

  it('refuses a wrong password in words, and the sixth try for a time', async () => {
    const [context, page] = await browserOf()
    await page.goto(ward.address)
    const failure = page.locator('[data-testid=sign-in-failure]')
    for (let tries = 0; tries < 5; tries++) {
      await signedIn(page, 'eve', `wrong guess ${tries}`)
      await failure.getByText('Account and password do not fit').waitFor({ timeout: PATIENCE_MS })
    }
    await signedIn(page, 'eve', PASSWORD)
    await failure.getByText(/Too many wrong tries.* in \d+ s/).waitFor({ timeout: PATIENCE_MS })
    await looked(page, 'sign-in')
    await context.close()
  })

  it('keeps the session in a cookie that no script reads and no other site sends', async () => {
    const [cookie] = await nurse.context().cookies()
    assert.equal(cookie?.name, 'vigil-session')
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict'])
    assert.equal(await nurse.evaluate('document.cookie'), '')
  })

  it('makes a browser a wall screen that shows without acting, whatever its address', async () => {
    await admin.goto(`${ward.address}/#/people`)
    const form = admin.locator('[data-testid=wall-screen]')
    await form.locator('[name=unit]').fill(unit)
    await form.locator('button[type=submit]').click()
    const made = admin.locator('[data-testid=people-link] code')
    await made.waitFor()
    const link = (await made.textContent()) ?? ''
    await admin.locator('[data-testid=people-link] button').click()
    const [context, page] = await browserOf()
    await page.goto(link)
    await page.locator('[data-testid=kiosk-link] button').click()
    await page.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: PATIENCE_MS })
    await page.locator('[data-testid=alert-item]').first().waitFor()
    const trust = (await page.locator('[data-testid=trust-bar]').textContent()) ?? ''
    assert.match(trust, /This screen (stays on|may go dark)/)
    for (const hash of ['#/kiosk/elsewhere', '#/bed/demo-01', '#/people', '#/ward']) {
      await page.goto(`${ward.address}/${hash}`)
      await page.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: PATIENCE_MS })
      const buttons = page.locator('button:visible')
      assert.deepEqual(await buttons.allTextContents(), ['SOUND OFF · enable'], hash)
      assert.equal(await page.locator('.doors a:visible').count(), 0)
    }
    await looked(page, 'kiosk')
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const screen = await ward.screen({ cookie })
    const answer = (await screen.timeout(5_000).emitWithAck('acknowledge', { alertId: 'any' })) as { code?: string }
    assert.equal(answer.code, 'NOT_ALLOWED')
    await context.close()
  })

  it('covers the screen of who is locked at once, and says that nothing live is shown', async () => {
    await admin.goto(`${ward.address}/#/people`)
    await admin
      .locator('[data-testid=people-table] tr', { hasText: 'Ann Nurse' })
      .getByRole('button', { name: 'Lock' })
      .click()
    const cover = nurse.locator('[data-testid=sign-in]')
    await cover.waitFor({ timeout: 5_000 })
    assert.match((await cover.textContent()) ?? '', /shows nothing live/)
    await signedIn(nurse, 'ann')
    await nurse.locator('[data-testid=sign-in-failure]').waitFor({ timeout: PATIENCE_MS })
    await admin
      .locator('[data-testid=people-table] tr', { hasText: 'Ann Nurse' })
      .getByRole('button', { name: 'Unlock' })
      .click()
    await signedIn(nurse, 'ann')
    await nurse.locator('[data-testid=bed-tile]').nth(7).waitFor({ timeout: PATIENCE_MS })
  })

  it('signs out, and says no more than that', async () => {
    await nurse.locator('[data-testid=sign-out]').click()
    const cover = nurse.locator('[data-testid=sign-in]')
    await cover.waitFor({ timeout: 5_000 })
    assert.doesNotMatch((await cover.textContent()) ?? '', /nothing live/, 'nobody relies on it')
    await nurse.reload()
    await cover.waitFor({ timeout: PATIENCE_MS })
  })

  it('asked nobody but the ward', () => {
    assert.deepEqual([...origins], [ward.address])
    assert.deepEqual(errors, [])
  })
})
