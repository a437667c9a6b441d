import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alertHref, bedHref, routeOf, wardHref } from '../../dashboards/app/route.ts'

test('the ward’s address may name a unit, and every unit’s name comes back as it was', () => {
  for (const unitId of ['ICU-A', 'ICU 2/3', 'Süd & Nord?', '100 %', '#1'])
    assert.deepEqual(routeOf(wardHref(unitId)), { door: 'ward', unitId }, unitId)
  assert.equal(wardHref(''), '#/ward')
  for (const hash of ['', '#', '#/', '#/ward', '#/ward?unit=', '#/ward?other=1', '#/nothing'])
    assert.deepEqual(routeOf(hash), { door: 'ward', unitId: null }, hash)
})

test('a bed’s address names the bed, and one of its alerts', () => {
  const [patientId, alertId] = ['p/1?x', 'a:1/2']
  assert.deepEqual(routeOf(bedHref(patientId)), { door: 'bed', patientId, alertId: null })
  assert.deepEqual(routeOf(alertHref(patientId, alertId)), { door: 'bed', patientId, alertId })
  assert.deepEqual(routeOf('#/bed/%E0%A4%A'), { door: 'ward', unitId: null }, 'what cannot be read is no bed')
  assert.deepEqual(routeOf('#/kiosk/ICU%20A'), { door: 'kiosk', unitId: 'ICU A' })
})
