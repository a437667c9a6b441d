import { signal } from '@preact/signals'
import type { DeadLetterView, FeedView } from '../../src/watch/events.ts'
import { ask, socket } from '../app/connection.ts'
import { noticeFailure } from '../app/notice.ts'

const DEAD_LETTERS_KEPT = 500

export const feeds = signal<readonly FeedView[]>([])
/** Newest first. */
export const deadLetters = signal<readonly DeadLetterView[]>([])

/** Watches the feeds for as long as the page is open. Returns how to stop. */
export function watchFeeds(): () => void {
  const read = async (): Promise<void> => {
    const answer = await ask('watch-feeds', { on: true })
    if (!answer.ok) return noticeFailure('The feeds could not be read', answer)
    feeds.value = answer.feeds
    deadLetters.value = [...answer.deadLetters].sort(newestFirst)
  }
  const onFeeds = (views: FeedView[]): void => {
    feeds.value = views
  }
  const onDeadLetter = (letter: DeadLetterView): void => {
    const others = deadLetters.value.filter(({ id }) => id !== letter.id)
    deadLetters.value = [letter, ...others].sort(newestFirst).slice(0, DEAD_LETTERS_KEPT)
  }
  const onConnect = (): void => void read()
  socket.on('feeds', onFeeds)
  socket.on('dead-letter', onDeadLetter)
  socket.on('connect', onConnect)
  if (socket.connected) void read()
  return () => {
    socket.off('feeds', onFeeds)
    socket.off('dead-letter', onDeadLetter)
    socket.off('connect', onConnect)
    if (socket.connected) void ask('watch-feeds', { on: false })
  }
}

function newestFirst(a: DeadLetterView, b: DeadLetterView): number {
  return b.appendTimeMs - a.appendTimeMs
}
