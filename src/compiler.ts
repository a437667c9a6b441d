import { setFlagsFromString } from 'node:v8'

/**
 * What V8 runs of a function, in bytes of its code, before it optimises it; its own 135,168 make it optimise many functions before it has
 * seen what they are called with, and then again. Three times as much makes a catch-up of 930,000 readings 7 % cheaper, its start
 * included (`npm run bench -- --only join`). A live ward, whose code runs seldom, is optimised later for it: its first minutes are slower.
 */
const INTERRUPT_BUDGET_BYTES = 400_000

setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET_BYTES}`)
