const MEASURED_PX = 100
/** No font of a screen has wider digits than this in bold (DejaVu Sans has 0.696). */
const WIDEST = 0.7

/**
 * How wide a bold digit of this screen's font is, in its own size, for the styles to make numbers as large as three digits
 * allow. Which font that is depends on the PC; a number that is cut reads as another number.
 */
export function measureDigits(): void {
  const { style } = document.documentElement
  const context = document.createElement('canvas').getContext('2d')
  if (context === null) return style.setProperty('--digit', String(WIDEST))
  context.font = `700 ${MEASURED_PX}px ${getComputedStyle(document.documentElement).fontFamily}`
  const widest = Math.max(...[...'0123456789'].map((digit) => context.measureText(digit).width))
  style.setProperty('--digit', String(widest > 0 ? widest / MEASURED_PX : WIDEST))
}
