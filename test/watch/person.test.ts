import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Deed, DEED_NAMES, deedsOf, may, ROLES, type Role, seesUnit, unitsSeen } from '../../src/watch/person.ts'

/** Who may do what, written out a second time: N nurse, E engineer, Q quality, A admin, K kiosk. */
const WHO_MAY: Record<Deed, string> = {
  'see-patients': 'N QAK',
  'answer-alerts': 'N  A ',
  'pause-audio': 'N  A ',
  'set-limits': 'N  A ',
  'assign-nurses': 'N  A ',
  'label-alerts': 'N QA ',
  'read-history': 'N QA ',
  'play-back': 'N QA ',
  'see-load': 'N QA ',
  'see-feeds': 'NEQA ',
  'see-dead-letters': ' E A ',
  'manage-people': '   A ',
  'be-here': 'NEQAK',
}

const initial = (role: Role): string => role.charAt(0).toUpperCase()

/** Every set of roles there is. */
const ROLE_SETS = Array.from({ length: 2 ** ROLES.length }, (_, bits) =>
  ROLES.filter((_role, index) => (bits >> index) % 2 === 1),
)

describe('a person', () => {
  it('may do what one of the roles may, and nothing else: all sets of roles, all deeds', () => {
    assert.deepEqual([...DEED_NAMES].sort(), Object.keys(WHO_MAY).sort())
    for (const roles of ROLE_SETS)
      for (const deed of DEED_NAMES) {
        const expected = roles.some((role) => WHO_MAY[deed].includes(initial(role)))
        assert.equal(may({ roles }, deed), expected, `${roles.join('+') || 'nobody'} ${deed}`)
        assert.equal(deedsOf({ roles }).includes(deed), expected)
      }
  })

  it('without a role may do nothing at all', () => {
    assert.deepEqual(deedsOf({ roles: [] }), [])
  })

  it('on the wall shows without acting', () => {
    assert.deepEqual(deedsOf({ roles: ['kiosk'] }), ['see-patients', 'be-here'])
  })

  it('sees the patients of the own units and those of none, and of no other', () => {
    const asked = ['icu', 'ward 2', '', null, 'all']
    const seen = (units: readonly string[] | 'all'): unknown[] => asked.filter((unit) => seesUnit({ units }, unit))
    assert.deepEqual(seen(['icu']), ['icu', ''])
    assert.deepEqual(seen(['icu', 'ward 2']), ['icu', 'ward 2', ''])
    assert.deepEqual(seen([]), [''])
    assert.deepEqual(seen(['all']), ['', 'all'], 'a unit may be called all')
    assert.deepEqual(seen('all'), asked)
  })

  it('is told of the same units one by one', () => {
    assert.equal(unitsSeen({ units: 'all' }), null)
    assert.deepEqual(unitsSeen({ units: ['icu', 'icu', ''] }), ['', 'icu'])
  })
})
