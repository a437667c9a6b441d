import { useEffect } from 'preact/hooks'
import { episodeHref, goTo } from '../app/router.ts'
import { ward } from '../app/watch.ts'
import { BedScreen } from '../ward/bed-screen.tsx'
import { patientWords } from '../ward/patient-words.ts'
import { PlaybackBanner } from './playback-banner.tsx'
import { stopPlaying } from './player.ts'
import { StretchForm } from './stretch-form.tsx'

/** The quality team's door: a bed, a stored stretch, and the same screen as it was. */
export function EpisodesPage({ patientId }: { patientId: string | null }) {
  useEffect(() => stopPlaying, [patientId])
  const played = ward.playedBed.value
  return (
    <section class="episodes" data-playback={played !== null}>
      <header class="page-head">
        <h1>Episodes</h1>
        <label>
          Bed{' '}
          <select value={patientId ?? ''} onChange={(event) => goTo(episodeHref(event.currentTarget.value))}>
            <option value="" disabled>
              choose a bed
            </option>
            {ward.beds.value.map((bed) => (
              <option key={bed.patientId} value={bed.patientId}>
                {bed.bedId.value} {patientWords(bed.context.value)}
              </option>
            ))}
          </select>
        </label>
      </header>
      {patientId === null && <p class="board-empty">Choose a bed, then the stretch of its stay to see again.</p>}
      {patientId !== null && played === null && <StretchForm patientId={patientId} />}
      {played !== null && (
        <div class="playback-frame">
          <PlaybackBanner />
          <BedScreen key={played.waves.playout.speed} bed={played} />
        </div>
      )}
    </section>
  )
}
