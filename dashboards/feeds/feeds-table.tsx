import { useComputed } from '@preact/signals'
import type { FeedView } from '../../src/watch/events.ts'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { MODALITY_WORD, signalLabel } from '../ward/alert-words.ts'
import { ageWords } from '../ward/staleness.ts'
import { bytesWords, durationWords, feedState, latenessMs, sortFeeds } from './feed-state.ts'
import { feeds } from './feeds-model.ts'

const STATE_WORDS = {
  live: '● live',
  heartbeat: '○ heartbeat only',
  late: '▲ late',
  silent: '✕ silent',
  ahead: '▲ clock ahead',
} as const

const CODES_SHOWN = 12

export function FeedsTable() {
  const order = useComputed(() => sortFeeds(feeds.value, serverNowMs(tick.value)).map(feedKey).join('\n'))
  const known = new Map(feeds.value.map((feed) => [feedKey(feed), feed]))
  const sorted = order.value.split('\n').flatMap((id) => known.get(id) ?? [])
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label="Feeds">
      <table class="table" data-testid="feeds-table">
        <thead>
          <tr>
            {['State', 'Bed', 'Feed', 'Kind', 'Sends'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {['Records/min', 'Bytes/min', 'Last event', 'Lateness', 'Clock offset', 'Late', 'Gaps'].map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((feed) => (
            <FeedRow key={feedKey(feed)} feed={feed} />
          ))}
        </tbody>
      </table>
      {sorted.length === 0 && <p class="board-empty">No feed has been heard.</p>}
    </div>
  )
}

function FeedRow({ feed }: { feed: FeedView }) {
  const nowMs = serverNowMs(tick.value)
  const state = feedState(feed, nowMs)
  const lateness = latenessMs(feed)
  const sends = feed.sends.slice(0, CODES_SHOWN).map(signalLabel).join(' ')
  return (
    <tr data-state={state} data-feed-id={feed.feedId}>
      <td class="feed-state">{STATE_WORDS[state]}</td>
      <th scope="row">{feed.bedId === '' ? feed.patientId : feed.bedId}</th>
      <td>
        {feed.feedId}
        <span class="sub">{feed.deviceId}</span>
      </td>
      <td>
        {MODALITY_WORD[feed.modality]}
        {feed.generationMode !== 'real' && <span class="sub">{feed.generationMode}</span>}
      </td>
      <td class="feed-sends" title={feed.sends.join(' ')}>
        {sends}
        {feed.sends.length > CODES_SHOWN && ` +${feed.sends.length - CODES_SHOWN}`}
      </td>
      <td class="number" data-name="Records/min">
        {Math.round(feed.recordsPerMinute)}
      </td>
      <td class="number" data-name="Bytes/min">
        {bytesWords(feed.bytesPerMinute)}
      </td>
      <td class="number" data-name="Last event">
        {ageWords((nowMs - feed.lastEventTimeMs) / 1_000)}
      </td>
      <td class="number" data-name="Lateness" data-trouble={Math.abs(lateness) > 10_000}>
        {durationWords(lateness)}
      </td>
      <td class="number" data-name="Clock offset" data-trouble={Math.abs(feed.clockOffsetMs) > 2_000}>
        {feed.clockOffsetMs === 0 ? '0' : durationWords(feed.clockOffsetMs)}
      </td>
      <td class="number" data-name="Late" data-trouble={feed.late > 0}>
        {feed.late}
      </td>
      <td class="number" data-name="Gaps" data-trouble={feed.gaps > 0}>
        {feed.gaps}
      </td>
    </tr>
  )
}

function feedKey({ patientId, feedId, modality }: FeedView): string {
  return `${patientId}/${feedId}/${modality}`
}
