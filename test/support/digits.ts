/**
 * Choices read from one number, the way its digits are, in a radix that changes from digit to digit. One generated number a
 * step costs a tenth of a generated record of choices, and shrinks to the first of every choice.
 */
export class Digits {
  #rest: number

  constructor(number: number) {
    this.#rest = number
  }

  /** 0 to `choices` - 1. */
  below(choices: number): number {
    const digit = this.#rest % choices
    this.#rest = Math.floor(this.#rest / choices)
    return digit
  }

  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }
}

/** Room for some six choices. */
export const MOST_DIGITS = 2 ** 40
