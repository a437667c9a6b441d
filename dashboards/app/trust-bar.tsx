import { useComputed } from '@preact/signals'
import { RUNG_WORDS } from '../ward/alert-words.ts'
import { ageWords } from '../ward/staleness.ts'
import { link } from './connection.ts'
import { serverNowMs, tick } from './screen-clock.ts'
import { ward } from './watch.ts'

const BEHIND_NOTICED_MS = 10_000

type Tone = 'good' | 'warn' | 'bad' | 'plain'

function Fact({ label, text, tone, title }: { label: string; text: string; tone: Tone; title?: string }) {
  return (
    <li class="fact" data-tone={tone} title={title}>
      <span class="fact-label">{label}</span> <span class="fact-text">{text}</span>
    </li>
  )
}

/** Whether the system itself can be trusted right now, in words. */
export function TrustBar() {
  const system = ward.system.value
  return (
    <ul class="trust-bar" data-testid="trust-bar" aria-label="State of the system">
      <Connection />
      <NewestData />
      {system !== null && (
        <>
          <Fact
            label="Scoring"
            text={system.rung === null ? 'no score yet' : RUNG_WORDS[system.rung]}
            tone={system.rung === 'multimodal' ? 'good' : system.rung === 'limits_only' ? 'warn' : 'plain'}
            title="the lowest rung any bed is on"
          />
          <Archive />
          <Stages />
          <Fact label="Screens" text={String(system.screens)} tone="plain" />
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

/** Age of the newest reading of any bed, as this screen has it. */
function NewestData() {
  const seconds = useComputed(() => {
    const nowMs = tick.value
    const newest = ward.beds.value.reduce((best, bed) => {
      const arrivedMs = Math.max(bed.vitalsSeen.value?.arrivedMs ?? -Infinity, bed.waves.seen?.arrivedMs ?? -Infinity)
      return Math.max(best, arrivedMs)
    }, -Infinity)
    return newest === -Infinity ? null : Math.floor((nowMs - newest) / 1_000)
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
