import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Bed } from '../../dashboards/ward/bed.ts'
import { type Given, handOver } from '../../dashboards/ward/hand-over.ts'

function bedOf(patientId: string, userId: string | null): Bed {
  const bed = new Bed(patientId)
  bed.bedId.value = `Bed ${patientId}`
  bed.assignment.value = userId === null ? null : { userId, byUserId: 'charge', atMs: 0 }
  return bed
}

test('every bed of one goes to the other, and of each it is said what came of it', async () => {
  const beds = [bedOf('1', 'anna'), bedOf('2', 'ben'), bedOf('3', 'anna'), bedOf('4', null), bedOf('5', 'anna')]
  const asked: string[] = []
  const told: Given[] = []
  const assign = (patientId: string, to: string | null): Promise<string | null> => {
    asked.push(`${patientId} to ${to}`)
    // While the first is on its way somebody else gives the last away.
    if (patientId === '1')
      Object.assign(beds[4]?.assignment ?? {}, { value: { userId: 'zoe', byUserId: 'zoe', atMs: 1 } })
    return Promise.resolve(patientId === '3' ? 'the log cannot be reached' : null)
  }
  await handOver(beds, 'anna', 'ben', assign, (given) => told.push(given))
  assert.deepEqual(asked, ['1 to ben', '3 to ben'])
  assert.deepEqual(
    told.map(({ bedId, problem }) => [bedId, problem]),
    [
      ['Bed 1', null],
      ['Bed 3', 'the log cannot be reached'],
      ['Bed 5', 'it was given to somebody else meanwhile'],
    ],
  )
})
