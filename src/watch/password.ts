import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** What a guess costs: 2^17 blocks of 1 KiB, 128 MiB and some 0.4 s (OWASP's first choice for scrypt). */
export const COST = { ln: 17, r: 8, p: 1 } as const

export interface Cost {
  /** log2 of N */
  ln: number
  r: number
  p: number
}

const SALT_BYTES = 16
const HASH_BYTES = 32
/** Who comes when so many wait is sent away: a flood of guesses must not hold up the memory and time of the ward. */
const WAITING = 20
const SHORTEST = 12
const LONGEST = 256

const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Why a password is none; null for one that will do. Length is what counts (NIST SP 800-63B): there are no rules of signs. */
export function weakness(password: string, accountId: string): string | null {
  const length = [...password].length
  if (length < SHORTEST) return `it has ${length} characters; take ${SHORTEST} or more`
  if (length > LONGEST) return `it has ${length} characters; take ${LONGEST} or fewer`
  if (new Set(password).size < 5) return 'it repeats itself'
  if (accountId !== '' && password.toLowerCase().includes(accountId.toLowerCase())) return 'it holds the account'
  return null
}

/** Hashes passwords and compares them, one at a time: each takes the memory of a small process. */
export class Passwords {
  readonly #cost: Cost
  #turn: Promise<unknown> = Promise.resolve()
  #waiting = 0
  /** Compared with where there is no account, so that the time taken does not say so. */
  #nobody: Promise<string> | null = null

  constructor(cost: Cost = COST) {
    this.#cost = cost
  }

  /** In the PHC form, with its parameters, so that a later cost leaves those before it valid. Null: too many wait. */
  hash(password: string): Promise<string | null> {
    return this.#inTurn(() => this.#hashed(password))
  }

  /** Whether the password is the one; a null hash is of nobody, takes as long and fits nothing. 'busy': too many wait. */
  async fits(password: string, hash: string | null): Promise<boolean | 'busy'> {
    const answer = await this.#inTurn(async () => {
      this.#nobody ??= this.#hashed(randomBytes(SALT_BYTES).toString('hex'))
      return (await compare(password, hash ?? (await this.#nobody))) && hash !== null
    })
    return answer ?? 'busy'
  }

  async #hashed(password: string): Promise<string> {
    const { ln, r, p } = this.#cost
    const salt = randomBytes(SALT_BYTES)
    const key = await derive(password, salt, this.#cost, HASH_BYTES)
    return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(key)}`
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T | null> {
    if (this.#waiting >= WAITING) return null
    this.#waiting++
    const mine = this.#turn.then(task)
    this.#turn = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      this.#waiting--
    }
  }
}

async function compare(password: string, hash: string): Promise<boolean> {
  const [, ln, r, p, salt = '', key = ''] = HASH.exec(hash) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (ln === undefined || cost.ln > 20) return false
  const expected = Buffer.from(key, 'base64')
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), cost, expected.length), expected)
}

function derive(password: string, salt: Buffer, { ln, r, p }: Cost, bytes: number): Promise<Buffer> {
  const N = 2 ** ln
  return new Promise((resolve, reject) => {
    // Composed and decomposed letters are one password, whichever keyboard typed it.
    scrypt(password.normalize('NFKC'), salt, bytes, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
