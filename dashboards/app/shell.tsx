import { signal } from '@preact/signals'
import { EpisodesPage } from '../episodes/episodes-page.tsx'
import { FeedsPage } from '../feeds/feeds-page.tsx'
import { AlertAnnouncer } from '../ward/alert-announcer.tsx'
import { AlertList } from '../ward/alert-list.tsx'
import { BedPage } from '../ward/bed-page.tsx'
import { boardDensity } from '../ward/board-choices.ts'
import { WallLine } from '../ward/wall-line.tsx'
import { EscalationBanner } from '../ward/escalation-banner.tsx'
import { EscalationPage } from '../ward/escalation-page.tsx'
import { MissedPanel } from '../ward/missed-panel.tsx'
import { WardBoard } from '../ward/ward-board.tsx'
import { ConnectionLost, TokenForm } from './connection-lost.tsx'
import { link } from './connection.ts'
import { notice } from './notice.ts'
import { route } from './router.ts'
import { theme, toggleTheme } from './theme.ts'
import { TrustBar, WallClock } from './trust-bar.tsx'
import { ward } from './watch.ts'

const DOORS = [
  ['ward', 'Ward'],
  ['escalations', 'Escalations'],
  ['feeds', 'Feeds'],
  ['episodes', 'Episodes'],
] as const

/** On a phone only what is not as it should be is told until this is open. */
const trustOpen = signal(false)

/** The frame around every page: what this is, whether it can be trusted, and the alerts that stand. */
export function Shell() {
  const wall = boardDensity.value === 'wall' && route.value.door === 'ward'
  const covered = link.value.state === 'lost' || link.value.state === 'unauthorised'
  return (
    <>
      <div class="shell" data-density={wall ? 'wall' : 'desk'} inert={covered}>
        <header class="top">
          <a class="brand" href="#/ward">
            <svg viewBox="0 0 32 20" aria-hidden="true">
              <path d="M1 11h7l3-8 4 15 4-11 2 4h10" />
            </svg>
            Vigil
          </a>
          <nav class="doors" aria-label="Screens">
            {DOORS.map(([door, name]) => (
              <a key={door} href={`#/${door}`} aria-current={isAt(door) ? 'page' : undefined}>
                {name}
              </a>
            ))}
          </nav>
          <p class="disclaimer">
            {ward.demo.value && <strong class="demo">DEMO</strong>} Not a medical device. Not a primary alarm.
          </p>
          <WallClock />
          <button type="button" class="quiet" onClick={toggleTheme}>
            {theme.value === 'dark' ? 'Light' : 'Dark'}
          </button>
        </header>
        <div class="trust" role="region" aria-label="Trust" data-open={trustOpen.value}>
          <TrustBar />
          <button
            type="button"
            class="quiet trust-open"
            aria-expanded={trustOpen.value}
            onClick={() => (trustOpen.value = !trustOpen.value)}
          >
            {trustOpen.value ? 'less' : 'all'}
          </button>
        </div>
        <main class="page">
          <Page />
        </main>
        <EscalationBanner />
        <MissedPanel />
        {wall ? <WallLine /> : <AlertList />}
        {notice.value !== null && (
          <p class="notice" role="status">
            {notice.value}
          </p>
        )}
      </div>
      <AlertAnnouncer />
      <ConnectionLost />
      <TokenForm />
    </>
  )
}

function Page() {
  const place = route.value
  switch (place.door) {
    case 'ward':
      return <WardBoard />
    case 'bed':
      return <BedPage key={place.patientId} patientId={place.patientId} />
    case 'escalations':
      return <EscalationPage />
    case 'feeds':
      return <FeedsPage />
    case 'episodes':
      return <EpisodesPage key={place.patientId ?? ''} patientId={place.patientId} />
  }
}

function isAt(door: 'ward' | 'escalations' | 'feeds' | 'episodes'): boolean {
  const { door: at } = route.value
  return at === door || (at === 'bed' && door === 'ward')
}
