import type { Browser, Page } from 'playwright-core'
import { openPage } from '../live/browser.ts'
import type { Sighting } from './live-ward.ts'
import { MEASURED } from './socket-screens.ts'

/**
 * In the page, before its own script: when an alert's packet reached it, when the alert stood in the document, and when the
 * frame with it had been painted, which is in the second frame from then: the first has been painted by that time. The clock
 * is the machine's, as the server's is. Of waveforms it only counts the packets.
 */
const STAMP = `
  globalThis.stamps = { came: [], placed: [], painted: [], waveforms: 0 }
  const { stamps } = globalThis
  const [known, standing] = [new Set(), new Set()]
  const Line = WebSocket
  globalThis.WebSocket = class extends Line {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string') return
        if (data.startsWith('451-["waveform"')) return void stamps.waveforms++
        if (!data.startsWith('42["alert"')) return
        const { alertId, patientId, condition } = JSON.parse(data.slice(2))[1]
        if (condition !== '${MEASURED}' || known.has(alertId)) return
        known.add(alertId)
        stamps.came.push({ patientId, atMs: Date.now() })
      })
    }
  }
  new MutationObserver(() => {
    for (const { dataset } of document.querySelectorAll('[data-testid=alert-item]')) {
      const { alertId, patientId } = dataset
      if (!known.has(alertId) || standing.has(alertId)) continue
      standing.add(alertId)
      stamps.placed.push({ patientId, atMs: Date.now() })
      requestAnimationFrame(() => requestAnimationFrame(() => stamps.painted.push({ patientId, atMs: Date.now() })))
    }
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-alert-id'] })`

export interface Stamps {
  came: Sighting[]
  placed: Sighting[]
  painted: Sighting[]
  waveforms: number
}

/** A board in Chromium that says when it had painted which alert. */
export class AlertPage {
  readonly #page: Page

  private constructor(page: Page) {
    this.#page = page
  }

  /** Resolves when every bed is fresh on the board. */
  static async open(browser: Browser, address: string, beds: number, waveforms: readonly string[]): Promise<AlertPage> {
    const page = await openPage(browser, [])
    await page.addInitScript({ content: `localStorage.setItem('vigil-board-waves', '${waveforms.join(' ')}')` })
    await page.addInitScript({ content: STAMP })
    await page.goto(address)
    const fresh = page.locator('[data-testid=bed-tile][data-freshness=fresh]')
    await fresh.nth(beds - 1).waitFor({ timeout: 60_000 })
    return new AlertPage(page)
  }

  stamps(): Promise<Stamps> {
    return this.#page.evaluate<Stamps>('globalThis.stamps')
  }

  strips(): Promise<number> {
    return this.#page.locator('[data-testid=bed-tile] canvas').count()
  }
}
