/** What the page's own code asked Web Audio to play: a start for every pulse, in the context's seconds. */
export const recordSound = `
  const make = AudioContext.prototype.createOscillator
  globalThis.pulses = []
  AudioContext.prototype.createOscillator = function () {
    const oscillator = make.call(this)
    globalThis.audio = this
    const start = oscillator.start
    oscillator.start = function (at) {
      globalThis.pulses.push({ at, hz: Math.round(oscillator.frequency.value) })
      return start.call(this, at)
    }
    return oscillator
  }`
