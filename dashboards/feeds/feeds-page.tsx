import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { serverNowMs, tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { DeadLetters } from './dead-letters.tsx'
import { FeedsTable } from './feeds-table.tsx'
import { feeds, watchFeeds } from './feeds-model.ts'
import { feedState } from './feed-state.ts'

/** The clinical engineer's door: what each feed sends, how late, and what could not be read. */
export function FeedsPage() {
  useEffect(watchFeeds, [])
  const silent = useComputed(() => {
    const nowMs = serverNowMs(tick.value)
    return feeds.value.filter((feed) => feedState(feed, nowMs) === 'silent').length
  }).value
  const late = feeds.value.reduce((sum, feed) => sum + feed.late, 0)
  const gaps = feeds.value.reduce((sum, feed) => sum + feed.gaps, 0)
  return (
    <section class="feeds">
      <header class="page-head">
        <h1>Feeds</h1>
        <ul class="totals" aria-label="Totals">
          <Total name="feeds" count={feeds.value.length} />
          <Total name="silent" count={silent} trouble />
          <Total name="late readings" count={Math.max(late, ward.system.value?.lateReadings ?? 0)} trouble />
          <Total name="skipped" count={gaps} trouble />
          <Total name="dead letters" count={ward.system.value?.deadLetters ?? 0} trouble />
        </ul>
      </header>
      <FeedsTable />
      <DeadLetters />
    </section>
  )
}

function Total({ name, count, trouble = false }: { name: string; count: number; trouble?: boolean }) {
  return (
    <li data-trouble={trouble && count > 0}>
      <strong>{count}</strong> {name}
    </li>
  )
}
