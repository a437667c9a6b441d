import type { Bed } from './bed.ts'
import { BedAlerts } from './bed-alerts.tsx'
import { BedNumerics } from './bed-numerics.tsx'
import { BedWaves } from './bed-waves.tsx'
import { HeartSoundPanel } from './heart-sound-panel.tsx'
import { LimitsForm } from './limits-form.tsx'
import { ProcedureFrame } from './procedure-frame.tsx'
import { TrendPanel } from './trend-panel.tsx'
import { WhyPanel } from './why-panel.tsx'

/** Everything known of one bed. Live and played back look the same but for their frame; only a live bed takes commands. */
export function BedScreen({ bed }: { bed: Bed }) {
  return (
    <div class="bed-screen">
      <BedWaves bed={bed} />
      <BedNumerics bed={bed} />
      <TrendPanel bed={bed} />
      <WhyPanel bed={bed} />
      <div class="bed-side">
        <HeartSoundPanel bed={bed} />
        <ProcedureFrame bed={bed} />
      </div>
      <BedAlerts bed={bed} />
      {bed.mode === 'live' && <LimitsForm bed={bed} />}
    </div>
  )
}
