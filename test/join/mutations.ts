/** The files of properties: test/join/<name>.test.ts. */
export const PROPERTIES = ['reference', 'polls', 'accounts', 'delay', 'restart'] as const

/** A mistake that somebody could make in the join, and the property that has to find it. */
export interface Mutation {
  mistake: string
  /** Compiled file below dist/src/join. */
  file: string
  /** Text that is there exactly once; a change of the code that moves it has to bring the mutation along. */
  anchor: string
  replacement: string
  caughtBy: (typeof PROPERTIES)[number]
}

export const MUTATIONS: readonly Mutation[] = [
  {
    mistake: 'a window holds its end and not its beginning',
    file: 'tumbling-windows.js',
    anchor: 'Math.floor(timeMs / sizeMs) * sizeMs',
    replacement: '(Math.ceil(timeMs / sizeMs) - 1) * sizeMs',
    caughtBy: 'reference',
  },
  {
    mistake: 'the grace is dropped',
    file: 'tumbling-windows.js',
    anchor: 'startOf(watermarkMs - graceMs)',
    replacement: 'startOf(watermarkMs)',
    caughtBy: 'delay',
  },
  {
    mistake: 'a late reading is lost',
    file: 'patient-join.js',
    anchor: 'return lateReading(header, startMs, this.#streamTimeMs)',
    replacement: "return 'window'",
    caughtBy: 'accounts',
  },
  {
    mistake: 'a reading opens a closed window again',
    file: 'patient-join.js',
    anchor: 'this.#policy.windows.endOf(startMs) <= this.#closedThroughMs',
    replacement: 'this.#policy.windows.endOf(startMs) < this.#closedThroughMs',
    caughtBy: 'reference',
  },
  {
    mistake: 'a repeat is counted twice',
    file: 'held-readings.js',
    anchor: 'if (apart === 0)',
    replacement: 'if (false)',
    caughtBy: 'accounts',
  },
  {
    mistake: 'readings stay in the order in which they came',
    file: 'held-readings.js',
    anchor: 'last === undefined ||',
    replacement: 'true ||',
    caughtBy: 'delay',
  },
  {
    mistake: 'a block is given to two windows',
    file: 'byte-arena.js',
    anchor: '.pop()',
    replacement: '.at(-1)',
    caughtBy: 'delay',
  },
  {
    mistake: 'what was gathered is given away before it is looked at',
    file: 'signal-table.js',
    anchor: 'gathered.layOut(block)',
    replacement: 'gathered.layOut(block), this.#arena.give(block)',
    caughtBy: 'delay',
  },
  {
    mistake: 'bytes are kept that were lent',
    file: 'held-media.js',
    anchor: 'bytes.copy(this.#block, from, start, end)',
    replacement: 'this.#block = bytes',
    caughtBy: 'reference',
  },
  {
    mistake: 'what a reading says is taken for what another says',
    file: 'held-readings.js',
    anchor: 'this.#signals.add(vitals)',
    replacement: '(this.#signals.add(vitals), 0)',
    caughtBy: 'reference',
  },
  {
    mistake: 'a silent source never turns idle',
    file: 'event-clock.js',
    anchor: 'this.#lastAppendTimeMs + this.#idleMs',
    replacement: 'Infinity',
    caughtBy: 'reference',
  },
  {
    mistake: 'a watermark goes back',
    file: 'event-clock.js',
    anchor: 'Math.max(this.#watermarkMs, Math.min(eventTimeMs, appendTimeMs))',
    replacement: 'Math.min(eventTimeMs, appendTimeMs)',
    caughtBy: 'reference',
  },
  {
    mistake: 'the last of the sources counts, not the one that is furthest behind',
    file: 'watermark.js',
    anchor: 'Math.min(timeMs, source.watermarkMs)',
    replacement: 'source.watermarkMs',
    caughtBy: 'reference',
  },
  {
    mistake: 'what is still open is forgotten when a window closes',
    file: 'patient-join.js',
    anchor: `for (const window of this.#open.values())
            this.#opened(window)`,
    replacement: '',
    caughtBy: 'reference',
  },
  {
    mistake: 'nobody looks when a wait is over',
    file: 'patient-join.js',
    anchor: 'Math.min(deadlineMs, this.#firstOpenedMs + this.#policy.windowWaitMs)',
    replacement: 'deadlineMs',
    caughtBy: 'reference',
  },
  {
    mistake: 'windows close before a moment is whole',
    file: 'windowed-join.js',
    anchor: 'if (appendTimeMs > this.#momentMs)',
    replacement: 'if (appendTimeMs >= this.#momentMs)',
    caughtBy: 'polls',
  },
  {
    mistake: 'what silence decides is decided after the record that ends it',
    file: 'windowed-join.js',
    anchor: 'if (appendTimeMs >= this.#deadlineMs)',
    replacement: 'if (false)',
    caughtBy: 'reference',
  },
  {
    mistake: 'who was in the bed is asked as of the beginning of the window',
    file: 'patient-join.js',
    anchor: 'this.context.asOf(endMs)',
    replacement: 'this.context.asOf(startMs)',
    caughtBy: 'reference',
  },
  {
    mistake: 'the committed offset lies beyond what an open window holds',
    file: 'windowed-join.js',
    anchor: 'Math.min(oldest, patient.oldestOffset(topic))',
    replacement: 'oldest',
    caughtBy: 'restart',
  },
  {
    mistake: 'the committed offset lies beyond what moved a clock since the saved state',
    file: 'patient-join.js',
    anchor: 'clock.unsavedOffset',
    replacement: 'Infinity',
    caughtBy: 'restart',
  },
  {
    mistake: 'what the saved state knows already counts again',
    file: 'patient-join.js',
    anchor: 'offset < position && appendTimeMs <=',
    replacement: 'offset < 0 && appendTimeMs <=',
    caughtBy: 'restart',
  },
  {
    mistake: 'a clock in the future moves the watermark there',
    file: 'event-clock.js',
    anchor: 'Math.min(eventTimeMs, appendTimeMs)',
    replacement: 'eventTimeMs',
    caughtBy: 'reference',
  },
  {
    mistake: 'nobody looks when the wait of a window is over that was rebuilt',
    file: 'windowed-join.js',
    anchor: "if (placement === 'replayed') {",
    replacement: "if (placement === 'replayed') { return outputs;",
    caughtBy: 'restart',
  },
  {
    mistake: 'the vital signs of the hours are forgotten at a restart',
    file: 'patient-join.js',
    anchor: 'new HourlyVitals(state?.vitals ?? null)',
    replacement: 'new HourlyVitals(null)',
    caughtBy: 'restart',
  },
  {
    mistake: 'an hour that is over goes on',
    file: 'hourly-vitals.js',
    anchor: 'this.#sums.fill(0);',
    replacement: '',
    caughtBy: 'reference',
  },
]
