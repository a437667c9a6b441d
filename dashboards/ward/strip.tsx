import { useEffect, useRef } from 'preact/hooks'
import { theme } from '../app/theme.ts'
import type { Bed } from './bed.ts'
import { joinStripLoop } from './strip-loop.ts'
import { StripPainter } from './strip-painter.ts'

/** The colour of a signal is that of the numeric that is measured by it. */
export const SIGNAL_TONE = { ecg: 'tone-hr', pleth: 'tone-spo2', abp: 'tone-abp', resp: 'tone-rr' } as const

interface StripProps {
  bed: Bed
  code: string
  testId?: string
  /** Told when the scale changes, as text for its two ends. */
  onScale?: (low: string, high: string) => void
}

/** The canvas of one signal. Samples never pass through the component: it only lends its canvas to the strip loop. */
export function Strip({ bed, code, testId, onScale }: StripProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (canvas.current === null) return
    const painter = new StripPainter(
      canvas.current,
      () => bed.waves.get(code),
      bed.waves.playoutOf(code),
      (scale, { unit }) => onScale?.(scaleText(scale.low), `${scaleText(scale.high)} ${unit}`),
    )
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
  return <canvas ref={canvas} class={`strip strip-${code}`} data-testid={testId} aria-hidden="true" />
}

function scaleText(value: number): string {
  return Math.abs(value) >= 20 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}
