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
import { LoadPage } from '../ward/load-page.tsx'
import { NursesPage } from '../ward/nurses-page.tsx'
import { MissedPanel } from '../ward/missed-panel.tsx'
import { WardBoard } from '../ward/ward-board.tsx'
import { ConnectionLost } from './connection-lost.tsx'
import { leave, link } from './connection.ts'
import { keysShown } from '../ward/keys.ts'
import { KeyList } from './key-list.tsx'
import { kioskUnit } from './kiosk.ts'
import { me, mayDo, signOut } from './me.ts'
import { notice } from './notice.ts'
import { PeoplePage } from './people-page.tsx'
import { route } from './router.ts'
import { SessionEndBanner } from './session-end-banner.tsx'
import { SignIn } from './sign-in.tsx'
import { theme, toggleTheme } from './theme.ts'
import { TrustBar, WallClock } from './trust-bar.tsx'
import { ward } from './watch.ts'
import { KioskLinkPage, NotLetInPage, WelcomePage } from './welcome-page.tsx'

const DOORS = [
  ['ward', 'Ward', 'see-patients'],
  ['escalations', 'Escalations', 'see-patients'],
  ['load', 'Alarm load', 'see-load'],
  ['feeds', 'Feeds', 'see-feeds'],
  ['episodes', 'Episodes', 'play-back'],
  ['people', 'People', 'manage-people'],
] as const

/** What an address shows, as a deed; links that work once are anybody's. */
const DEED_OF_DOOR = {
  bed: 'see-patients',
  ward: 'see-patients',
  escalations: 'see-patients',
  nurses: 'assign-nurses',
  kiosk: 'see-patients',
  load: 'see-load',
  feeds: 'see-feeds',
  episodes: 'play-back',
  people: 'manage-people',
} as const

/** On a phone only what is not as it should be is told until this is open. */
const trustOpen = signal(false)

/** The frame around every page: what this is, whether it can be trusted, and the alerts that stand. */
export function Shell() {
  const place = route.value
  const wall = boardDensity.value === 'wall' && place.door === 'ward'
  if (place.door === 'welcome') return <WelcomePage key={place.code} code={place.code} />
  if (place.door === 'kiosk-link') return <KioskLinkPage key={place.code} code={place.code} />
  if (place.door === 'not-let-in') return <NotLetInPage code={place.code} />
  const covered = link.value.state === 'lost' || link.value.state === 'unauthorised'
  const seesPatients = mayDo('see-patients')
  return (
    <>
      <div
        class="shell"
        data-density={wall ? 'wall' : 'desk'}
        inert={covered}
        data-alerts={seesPatients || me.value === null}
      >
        {kioskUnit.value === null && <SkipLinks />}
        <header class="top">
          <a class="brand" href="#/ward">
            <svg viewBox="0 0 32 20" aria-hidden="true">
              <path d="M1 11h7l3-8 4 15 4-11 2 4h10" />
            </svg>
            Vigil
          </a>
          <nav class="doors" aria-label="Screens">
            {DOORS.filter(([, , deed]) => mayDo(deed)).map(([door, name]) => (
              <a key={door} href={`#/${door}`} aria-current={isAt(door) ? 'page' : undefined}>
                {name}
              </a>
            ))}
          </nav>
          {kioskUnit.value !== null && <span class="kiosk-unit">{kioskUnit.value}</span>}
          <p class="disclaimer">
            {ward.demo.value && <strong class="demo">DEMO</strong>} Not a medical device. Not a primary alarm.
          </p>
          <WallClock />
          {kioskUnit.value === null && (
            <button
              type="button"
              class="quiet keys-open"
              aria-label="Keys and marks"
              onClick={() => (keysShown.value = true)}
            >
              ?
            </button>
          )}
          <WhoIsHere />
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
        <main class="page" tabIndex={-1}>
          <Page />
        </main>
        <div class="above-page">
          <SessionEndBanner />
          {seesPatients && (
            <>
              <EscalationBanner />
              <MissedPanel />
            </>
          )}
        </div>
        {seesPatients && (wall ? <WallLine /> : <AlertList />)}
        {notice.value !== null && (
          <p class="notice" role="status">
            {notice.value}
          </p>
        )}
      </div>
      <KeyList />
      <AlertAnnouncer />
      <ConnectionLost />
      <SignIn />
    </>
  )
}

function WhoIsHere() {
  const here = me.value
  if (here === null || here.how === 'open') return null
  return (
    <span class="who" data-testid="who">
      <span class="who-name" title={here.roles.join(', ')}>
        {here.name}
      </span>
      <button
        type="button"
        class="quiet"
        data-testid="sign-out"
        title={here.name}
        onClick={() => void signOut().then(leave)}
      >
        Sign out
      </button>
    </span>
  )
}

/** For the keyboard: past the doors and the trust bar, and past up to 64 beds. */
function SkipLinks() {
  const skip = (place: string) => () =>
    (document.querySelector<HTMLElement>(place) ?? document.querySelector<HTMLElement>('.page'))?.focus()
  return (
    <div class="skip">
      <button type="button" onClick={skip('.alerts-scroll, .wall-line .acknowledge')}>
        Skip to alerts
      </button>
      <button type="button" onClick={skip('.tile-link')}>
        Skip to beds
      </button>
    </div>
  )
}

function Page() {
  const place = route.value
  if ('code' in place) return null
  if (kioskUnit.value !== null) return <WardBoard />
  if (me.value !== null && !mayDo(DEED_OF_DOOR[place.door])) return <NotYours />
  switch (place.door) {
    case 'ward':
    case 'kiosk':
      return <WardBoard />
    case 'bed':
      return <BedPage key={place.patientId} patientId={place.patientId} alertId={place.alertId} />
    case 'escalations':
      return <EscalationPage />
    case 'load':
      return <LoadPage />
    case 'nurses':
      return <NursesPage />
    case 'feeds':
      return <FeedsPage />
    case 'people':
      return <PeoplePage />
    case 'episodes':
      return <EpisodesPage key={place.patientId ?? ''} patientId={place.patientId} />
  }
}

function NotYours() {
  const open = DOORS.filter(([, , deed]) => mayDo(deed))
  return (
    <section class="board-empty" data-testid="not-yours" role="status">
      <h1>Not for this account</h1>
      <p>
        {me.value?.name} ({me.value?.roles.join(', ')}) does not see that page. Open to you:{' '}
        {open.map(([door, name]) => (
          <a key={door} class="door-link" href={`#/${door}`}>
            {name}
          </a>
        ))}
      </p>
    </section>
  )
}

function isAt(door: (typeof DOORS)[number][0]): boolean {
  const { door: at } = route.value
  return at === door || (at === 'bed' && door === 'ward')
}
