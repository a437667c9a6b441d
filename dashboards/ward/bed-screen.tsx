import type { Bed } from './bed.ts'
import { BedAlerts } from './bed-alerts.tsx'
import { BedNumerics } from './bed-numerics.tsx'
import { BedWaves } from './bed-waves.tsx'
import { ContextPanel } from './context-panel.tsx'
import { HeartSoundPanel } from './heart-sound-panel.tsx'
import { LimitsForm } from './limits-form.tsx'
import { ProcedureFrame } from './procedure-frame.tsx'
import { TrendPanel } from './trend-panel.tsx'
import { WhyPanel } from './why-panel.tsx'

/** Everything known of one bed. Live and played back look the same but for their frame; only a live bed takes commands. */
export function BedScreen({ bed }: { bed: Bed }) {
  return (
    <div class="bed-screen">
      <div class="bed-group bed-traces">
        <BedWaves bed={bed} />
        <TrendPanel bed={bed} />
      </div>
      <div class="bed-group bed-now">
        <BedNumerics bed={bed} />
        <WhyPanel bed={bed} />
      </div>
      <div class="bed-group bed-media">
        <HeartSoundPanel bed={bed} />
        <ProcedureFrame bed={bed} />
        <BedAlerts bed={bed} />
      </div>
      <div class="bed-group bed-papers">{bed.mode === 'live' && <LimitsForm bed={bed} />}</div>
      <div class="bed-group bed-context">
        <ContextPanel bed={bed} />
      </div>
    </div>
  )
}
