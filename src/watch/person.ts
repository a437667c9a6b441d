/** What a person is on the ward. One person may be several. */
export const ROLES = ['nurse', 'engineer', 'quality', 'admin', 'kiosk'] as const
export type Role = (typeof ROLES)[number]

/** Who asks: a person with an account, a script with the token, a wall screen, or this machine while nobody has signed in yet. */
export interface Person {
  /** What commands and the audit name; it is never given to another person. */
  id: string
  /** What screens show. */
  name: string
  roles: readonly Role[]
  /** The units whose patients this person sees. */
  units: readonly string[] | 'all'
}

/** Who may do what: every deed, and the roles that may. All that is asked of the ward is one of these. */
export const DEEDS = {
  /** boards, beds and their alerts, as they are now */
  'see-patients': ['nurse', 'quality', 'admin', 'kiosk'],
  /** acknowledge, and all else that answers an alert */
  'answer-alerts': ['nurse', 'admin'],
  'pause-audio': ['nurse', 'admin'],
  'set-limits': ['nurse', 'admin'],
  /** who looks after which patient */
  'assign-nurses': ['nurse', 'admin'],
  /** whether an alert was worth it, afterwards */
  'label-alerts': ['nurse', 'quality', 'admin'],
  /** trends, windows and what is stored of a bed */
  'read-history': ['nurse', 'quality', 'admin'],
  'play-back': ['nurse', 'quality', 'admin'],
  /** how many alarms each nurse had, and which limits raise most of them */
  'see-load': ['nurse', 'quality', 'admin'],
  /** what each feed sends, how late */
  'see-feeds': ['nurse', 'engineer', 'quality', 'admin'],
  /** what could not be read, of whichever patient */
  'see-dead-letters': ['engineer', 'admin'],
  'manage-people': ['admin'],
  /** who am I, and what every screen shows of the system itself */
  'be-here': ROLES,
} as const satisfies Record<string, readonly Role[]>

export type Deed = keyof typeof DEEDS
export const DEED_NAMES = Object.keys(DEEDS) as Deed[]

export function may({ roles }: Pick<Person, 'roles'>, deed: Deed): boolean {
  const allowed: readonly Role[] = DEEDS[deed]
  return roles.some((role) => allowed.includes(role))
}

export function deedsOf(person: Pick<Person, 'roles'>): Deed[] {
  return DEED_NAMES.filter((deed) => may(person, deed))
}

/**
 * Whether patients of a unit are this person's to see. A patient of no unit ('') is everyone's: measured is better than
 * hidden. Null is a patient of whom nobody knows the unit any more: only who sees all units sees that one.
 */
export function seesUnit({ units }: Pick<Person, 'units'>, unitId: string | null): boolean {
  if (units === 'all') return true
  return unitId !== null && (unitId === '' || units.includes(unitId))
}

/** Every unit, as one person; who is limited to units sees also what is of none. Null: all there are. */
export function unitsSeen({ units }: Pick<Person, 'units'>): readonly string[] | null {
  return units === 'all' ? null : [...new Set(['', ...units])]
}
