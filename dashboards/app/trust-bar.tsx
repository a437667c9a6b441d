import { useComputed } from '@preact/signals'
import { MODALITY_WORD } from '../ward/alert-words.ts'
import { bedFreshness, windowFresh } from '../ward/freshness.ts'
import { ladderWords, type LadderWords } from '../ward/ladder-words.ts'
import { ageMs, ageWords, FIRST_DATA_MS } from '../ward/staleness.ts'
import { link } from './connection.ts'
import { Fact } from './fact.tsx'
import { kioskUnit, staysOn } from './kiosk.ts'
import { mayDo } from './me.ts'
import { serverNowMs, tick } from './screen-clock.ts'
import { ward } from './watch.ts'
import { Unheard, WhoWatches } from './watching.tsx'

const BEHIND_NOTICED_MS = 10_000

/** Whether the system itself can be trusted right now, in words. */
export function TrustBar() {
  const system = ward.system.value
  return (
    <ul class="trust-bar" data-testid="trust-bar" aria-label="State of the system">
      <Connection />
      {mayDo('see-patients') && (
        <>
          <NewestData />
          <WithoutData />
        </>
      )}
      {system !== null && (
        <>
          <Ladder />
          <Feeds />
          <Archive />
          <Stages />
          {mayDo('see-patients') && (
            <>
              <WhoWatches />
              <Unheard />
            </>
          )}
          {kioskUnit.value !== null && (
            <Fact
              label="This screen"
              text={staysOn.value ? 'stays on' : 'may go dark'}
              tone={staysOn.value ? 'good' : 'warn'}
              title="browsers keep a screen lit for pages by https, or of the own machine"
            />
          )}
          {system.audit !== undefined && system.audit.waiting + system.audit.lost > 0 && (
            <Fact
              label="Audit"
              text={
                system.audit.lost > 0 ? `${system.audit.lost} entries lost` : `${system.audit.waiting} entries wait`
              }
              tone={system.audit.lost > 0 ? 'bad' : 'warn'}
              title="who looked at what is written down later; nothing that is shown waits for it"
            />
          )}
          {system.openAccess === true && (
            <Fact
              label="Open on this machine"
              text="no one has signed in yet"
              tone="warn"
              title="Everyone on this machine gets in, until somebody opens the link to the first account that the start printed."
            />
          )}
        </>
      )}
    </ul>
  )
}

function Connection() {
  const { state } = link.value
  const text =
    state === 'live' ? 'live' : state === 'lost' ? 'LOST' : state === 'unauthorised' ? 'sign in' : 'connecting'
  return (
    <Fact label="Connection" text={text} tone={state === 'live' ? 'good' : state === 'connecting' ? 'plain' : 'bad'} />
  )
}

/** Age of the newest reading of any bed: how long ago it came or how old it says it is, whichever is more. */
function NewestData() {
  const seconds = useComputed(() => {
    const nowMs = tick.value
    const seen = ward.beds.value.flatMap((bed) => [bed.vitalsSeen.value ?? [], bed.waves.seen ?? []].flat())
    const youngest = Math.min(...seen.map((each) => ageMs(each, serverNowMs(nowMs), nowMs)))
    return seen.length === 0 ? null : Math.floor(youngest / 1_000)
  }).value
  if (seconds === null)
    return <Fact label="Newest data" text="none yet" tone={link.value.state === 'connecting' ? 'plain' : 'bad'} />
  return (
    <Fact
      label="Newest data"
      text={seconds < 2 ? 'now' : `${ageWords(seconds)} ago`}
      tone={seconds < 3 ? 'good' : 'bad'}
    />
  )
}

/** The newest data of all says nothing of one bed; these have none that could be shown. */
function WithoutData() {
  const names = useComputed(() => {
    const nowMs = tick.value
    const silent = ward.beds.value.filter(
      (bed) => bedFreshness(bed, nowMs).state === 'none' && nowMs - (bed.sinceMs ?? nowMs) > FIRST_DATA_MS,
    )
    return silent.map((bed) => bed.bedId.value).join('\n')
  }).value
  if (names === '') return null
  const beds = names.split('\n')
  return (
    <Fact
      label="No data"
      text={`${beds.length} of ${ward.beds.value.length} ${ward.beds.value.length === 1 ? 'bed' : 'beds'}`}
      tone="bad"
      names={beds}
    />
  )
}

function Ladder() {
  const words = useComputed(() => {
    const rungs = ward.beds.value.map((bed) => ({
      bedId: bed.bedId.value,
      rung: windowFresh(bed, tick.value) ? (bed.prediction.value?.rung ?? null) : null,
    }))
    return JSON.stringify(ladderWords(rungs))
  }).value
  return <Fact label="Scoring" {...(JSON.parse(words) as LadderWords)} />
}

/** A monitor that is lost is worse than a stethoscope, which comes and goes with the people at the bed. */
function Feeds() {
  const { feeds = 0, feedsLost = [] } = ward.system.value ?? {}
  if (feeds === 0) return null
  if (feedsLost.length === 0) return <Fact label="Feeds" text={`all ${feeds} live`} tone="good" href="#/feeds" />
  const names = feedsLost.map(
    ({ bedId, modality, feedId }) => `${bedId} ${MODALITY_WORD[modality].toLowerCase()}: ${feedId}`,
  )
  return (
    <Fact
      label="Feeds"
      text={`${feedsLost.length} of ${feeds} silent`}
      tone={feedsLost.some(({ modality }) => modality === 'vitals') ? 'bad' : 'warn'}
      names={names}
      href="#/feeds"
    />
  )
}

function Archive() {
  const system = ward.system.value
  if (system === null) return null
  if (system.archiveUnknown === true) return <Fact label="Archive" text="elsewhere" tone="plain" />
  if (system.archiveOpen === false)
    return <Fact label="Archive" text="not open" tone="warn" title="alerts do not depend on the archive" />
  const behind = system.archiveBehindMs > BEHIND_NOTICED_MS
  const text = behind ? `${ageWords(system.archiveBehindMs / 1_000)} behind` : 'up to date'
  return (
    <Fact label="Archive" text={text} tone={behind ? 'warn' : 'good'} title="alerts do not depend on the archive" />
  )
}

function Stages() {
  const stages = ward.system.value?.stages ?? []
  const troubled = stages.filter(({ state }) => state !== 'running')
  if (troubled.length === 0) return <Fact label="Stages" text={`all ${stages.length} running`} tone="good" />
  const text = troubled.map(({ name, state }) => `${name} ${state}`).join(', ')
  const worst = troubled.some(({ state }) => state === 'failed' || state === 'stopped')
  const title = troubled.map(({ name, detail }) => `${name}: ${detail}`).join('\n')
  return <Fact label="Stages" text={text} tone={worst ? 'bad' : 'warn'} title={title} />
}

/** The server's time of day; this PC's own clock is never shown. */
export function WallClock() {
  const text = useComputed(() => {
    const nowMs = serverNowMs(tick.value)
    return nowMs > 8.64e15 ? '--:--:--' : new Date(nowMs).toLocaleTimeString('en-GB')
  }).value
  return <span class="wall-clock">{text}</span>
}
