import { useEffect, useRef } from 'preact/hooks'
import { theme } from '../app/theme.ts'
import type { Bed } from './bed.ts'
import { joinStripLoop } from './strip-loop.ts'
import { type Scale, StripPainter } from './strip-painter.ts'
import { SWEEP_MM_PER_S } from './sweep.ts'

/** The colour of a signal is that of the numeric that is measured by it. */
export const SIGNAL_TONE = { ecg: 'tone-hr', pleth: 'tone-spo2', abp: 'tone-abp', resp: 'tone-rr' } as const

interface StripProps {
  bed: Bed
  code: string
  testId?: string
  mmPerS?: number
  /** Told when the scale changes, as text for its two ends and as it is. */
  onScale?: (low: string, high: string, scale: Scale & { unit: string }) => void
}

/** The canvas of one signal. Samples never pass through the component: it only lends its canvas to the strip loop. */
export function Strip({ bed, code, testId, mmPerS = SWEEP_MM_PER_S, onScale }: StripProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const painted = useRef<StripPainter | null>(null)
  useEffect(() => {
    if (canvas.current === null) return
    const painter = new StripPainter(
      canvas.current,
      () => bed.waves.get(code),
      bed.waves.playoutOf(code),
      (scale, { unit }) => onScale?.(scaleText(scale.low), `${scaleText(scale.high)} ${unit}`, { ...scale, unit }),
    )
    painted.current = painter
    const fit = (): void => painter.fit()
    const sizes = new ResizeObserver(fit)
    sizes.observe(canvas.current)
    const unsubscribe = theme.subscribe(() => requestAnimationFrame(fit))
    const leave = joinStripLoop(painter)
    return () => {
      leave()
      unsubscribe()
      sizes.disconnect()
    }
  }, [bed, code])
  useEffect(() => painted.current?.sweepAt(mmPerS), [bed, code, mmPerS])
  return <canvas ref={canvas} class={`strip strip-${code}`} data-testid={testId} aria-hidden="true" />
}

function scaleText(value: number): string {
  return Math.abs(value) >= 20 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}
