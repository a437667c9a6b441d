import { SystemClock } from '../../src/clock.ts'
import { openBrowser } from '../live/browser.ts'
import { chromiumPath } from '../support/prerequisites.ts'
import { AlertPage } from './alert-page.ts'
import { type Benchmark, type Figure, quantile } from './figure.ts'
import { ALERT_WITHIN_MS, latenciesOf, LiveWard } from './live-ward.ts'
import { SocketScreens } from './socket-screens.ts'

const SOCKETS = 19
const WAVEFORMS = ['ecg', 'pleth', 'abp']
/** What the tiles of so many beds have room for, and so all that a board asks for; the page finds that out itself. */
const DRAWN = ['ecg']
const SETTLE_MS = 15_000
const ALERTS = 240
/** Four times the 350 alarms a bed and day that intensive care units have counted at the most, were all 64 beds so. */
const EVERY_MS = 1_000
const clock = new SystemClock()

/**
 * From the append of a reading that crosses a limit without delay to the frame with its alert, on a ward with all stages and
 * twenty screens: a board in Chromium, and the others as sockets in this process. All of it shares the machine.
 */
export const painted: Benchmark = {
  name: 'painted',
  run: async (say, { beds }) => {
    if (chromiumPath() === null) {
      say('  left out: there is no Chromium')
      return []
    }
    const ward = await LiveWard.start({ beds, waveforms: WAVEFORMS })
    const browser = await openBrowser()
    let sockets: SocketScreens | null = null
    try {
      sockets = await SocketScreens.open(ward.address, SOCKETS, DRAWN)
      const page = await AlertPage.open(browser, ward.address, beds, WAVEFORMS)
      await clock.sleep(SETTLE_MS)
      ward.behindMs = 0
      const before = ward.cpuSeconds()
      const fromMs = clock.monotonicMs()
      ward.cross(EVERY_MS)
      while (ward.crossings.length < ALERTS) await clock.sleep(EVERY_MS)
      ward.cross(null)
      const after = ward.cpuSeconds()
      const seconds = (clock.monotonicMs() - fromMs) / 1_000
      await clock.sleep(ALERT_WITHIN_MS)
      const { came, placed, painted: shown } = await page.stamps()
      const { crossings } = ward
      const { seen } = sockets
      const [cameMs, paintedMs] = [latenciesOf(crossings, came), latenciesOf(crossings, shown)]
      const inPage = `${came.length} came to the page, ${shown.length} were painted, ${await page.strips()} strips`
      say(
        `  ${crossings.length} alerts in ${seconds.toFixed(0)} s; ${inPage}; the feed at most ${ward.behindMs} ms behind`,
      )
      const both = (name: string, says: string, values: readonly number[]): Figure[] =>
        [0.5, 0.99].map((q) => ({
          name: `${name}P${q * 100}Ms`,
          says: `limit alert, reading to ${says}, ${beds} beds, ${SOCKETS + 1} screens, p${q * 100}`,
          value: quantile(values, q),
          unit: 'ms',
        }))
      const share = (used: number): number => (100 * used) / seconds
      return [
        ...both('painted', 'painted', paintedMs),
        ...both('came', 'the page’s script', cameMs),
        ...both('page', 'painted, of that from the page’s script on', paintedMs.map((ms, index) => ms - (cameMs[index] ?? NaN))),
        ...both('placed', 'the page’s document', latenciesOf(crossings, placed)),
        ...both('raised', 'the alert’s append', latenciesOf(crossings, sockets.raised)),
        ...both('sockets', `each of ${SOCKETS} sockets`, seen.flatMap((its) => latenciesOf(crossings, its))),
        { name: 'wardCpuPct', says: 'all stages but inference, with their feed', value: share(after.ward - before.ward), unit: '% of a core' },
        { name: 'inferenceCpuPct', says: 'inference', value: share(after.inference - before.inference), unit: '% of a core' },
      ] // prettier-ignore
    } finally {
      sockets?.close()
      await browser.close()
      await ward.stop()
    }
  },
}
