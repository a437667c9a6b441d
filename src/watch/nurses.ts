import type { NursesView } from './nurse-view.ts'
import type { Account } from './people-store.ts'
import type { People } from './people.ts'
import { may, seesUnit } from './person.ts'
import type { Sight } from './sight.ts'
import type { Ward } from './ward.ts'

interface NursesOptions {
  people: Pick<People, 'all'>
  ward: Ward
}

/** Of whom answers say that they are somebody nobody knows; see access.ts. */
const NOBODYS_NAMES: ReadonlySet<string> = new Set(['local', 'token'])

/** Who can look after patients: nurses of the unit who have an account here; as long as nobody has one, whoever is named. */
export class Nurses {
  readonly #people: Pick<People, 'all'>
  readonly #ward: Ward

  constructor({ people, ward }: NursesOptions) {
    this.#people = people
    this.#ward = ward
  }

  /** Whether the patients of a unit can be given to this one. */
  fits(userId: string, unitId: string): boolean {
    const accounts = this.#people.all()
    if (isAnyName(accounts)) return !NOBODYS_NAMES.has(userId)
    const account = accounts.find(({ id }) => id === userId)
    return account !== undefined && isNurse(account) && seesUnit(account, unitId)
  }

  /** Those who can be given a patient that this person sees, with how many of these they have; of one unit, or of all. */
  view(sight: Sight, unitId?: string): NursesView {
    const { beds } = this.#ward
    const seen = beds.ids().filter((id) => sight.patient(id) && (unitId === undefined || beds.unitOf(id) === unitId))
    const count = new Map<string, number>()
    for (const patientId of seen) {
      const nurse = beds.nurseOf(patientId)
      if (nurse !== null) count.set(nurse, (count.get(nurse) ?? 0) + 1)
    }
    const accounts = this.#people.all()
    if (isAnyName(accounts)) {
      const named = [...count].map(([userId, of]) => ({ userId, name: userId, units: 'all' as const, beds: of }))
      return { anyName: true, nurses: named.sort((a, b) => byName.compare(a.name, b.name)) }
    }
    const units = unitId === undefined ? [...new Set(seen.map((id) => beds.unitOf(id)))] : [unitId]
    const nurses = accounts.filter((account) => isNurse(account) && units.some((unit) => seesUnit(account, unit)))
    return {
      anyName: false,
      nurses: nurses.map(({ id, name, units: of }) => ({ userId: id, name, units: of, beds: count.get(id) ?? 0 })),
    }
  }
}

const byName = new Intl.Collator('en', { numeric: true })

function isAnyName(accounts: readonly Account[]): boolean {
  return accounts.every(({ claimedAtMs }) => claimedAtMs === null)
}

/** Whoever may answer the patients' alerts, with an account that is open to them. */
function isNurse(account: Account): boolean {
  return account.lockedAtMs === null && may(account, 'answer-alerts')
}
