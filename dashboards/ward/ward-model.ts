import { computed, signal } from '@preact/signals'
import type { AlertView, BedView, PlaybackView, SystemView, WardView } from '../../src/watch/events.ts'
import { Bed } from './bed.ts'
import { isUnanswered, standing } from './alert-order.ts'

const byName = new Intl.Collator('en', { numeric: true })

/** All this screen shows: the live beds, and apart from them the one that is played back. */
export class WardModel {
  readonly beds = signal<readonly Bed[]>([])
  readonly system = signal<SystemView | null>(null)
  readonly playedBed = signal<Bed | null>(null)
  readonly playback = signal<PlaybackView | null>(null)
  readonly standing = computed(() => standing(this.beds.value.flatMap((bed) => bed.standing.value)))
  readonly unanswered = computed(() => this.standing.value.filter(isUnanswered))
  readonly demo = computed(() => this.beds.value.some((bed) => bed.generationMode.value === 'demo'))

  bed(patientId: string): Bed | undefined {
    return this.beds.value.find((bed) => bed.patientId === patientId)
  }

  /** A whole board: beds that it does not name are there no more. `caughtUp`: it was asked for with what was missed. */
  takeBoard(ward: WardView, arrivedMs: number, caughtUp: boolean): void {
    const known = new Map(this.beds.peek().map((bed) => [bed.patientId, bed]))
    this.beds.value = ordered(
      ward.beds.map((view) => {
        const before = known.get(view.patientId)
        const bed = before ?? new Bed(view.patientId)
        bed.take(view, arrivedMs, caughtUp || before === undefined)
        return bed
      }),
    )
    this.system.value = ward.system
  }

  /** Who is here sees no patients: what others saw on this screen is gone. */
  takeNobody(): void {
    this.beds.value = []
  }

  takeBed(view: BedView, arrivedMs: number): void {
    const known = this.beds.peek().find((bed) => bed.patientId === view.patientId)
    const bed = known ?? new Bed(view.patientId)
    bed.take(view, arrivedMs, known === undefined)
    if (known === undefined) this.beds.value = ordered([...this.beds.peek(), bed])
  }

  /** The bed an update is for; live and played back are never mixed. */
  target(update: { mode: 'live' | 'playback'; patientId: string }): Bed | undefined {
    if (update.mode === 'live') return this.beds.peek().find((bed) => bed.patientId === update.patientId)
    const played = this.playedBed.peek()
    return played?.patientId === update.patientId ? played : undefined
  }

  /** Returns false when this screen missed transitions of the bed. */
  takeAlert(alert: AlertView): boolean {
    const bed = this.target(alert)
    if (bed === undefined) return alert.mode === 'playback'
    const joined = bed.alert(alert)
    return joined || alert.mode === 'playback'
  }

  /** Of transitions that were asked for, those that this screen has not had; asked before the board is taken. */
  missed(transitions: readonly AlertView[]): AlertView[] {
    return transitions.filter((alert) => this.target(alert)?.had(alert) !== true)
  }

  sequences(): Record<string, number> {
    return Object.fromEntries(this.beds.peek().map((bed) => [bed.patientId, bed.bedSequence]))
  }
}

function ordered(beds: readonly Bed[]): Bed[] {
  return [...beds].sort(
    (a, b) => byName.compare(a.unitId.peek(), b.unitId.peek()) || byName.compare(a.bedId.peek(), b.bedId.peek()),
  )
}
