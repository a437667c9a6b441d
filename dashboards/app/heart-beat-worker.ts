import { SystemClock } from '../../src/clock.ts'

/** Says ten times a second that a tenth of a second has gone by. */
new SystemClock().every(100, () => postMessage(0))
