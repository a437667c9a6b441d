import type { FastifyInstance } from 'fastify'
import { VigilError } from '../errors.ts'
import type { AlertDetail, AlertView, PredictionUpdate } from './events.ts'
import type { AlertStory, History } from './history.ts'
import { checked, refuse } from './http-doors.ts'
import * as requests from './requests.ts'
import type { Ward } from './ward.ts'

interface AlertRoutesOptions {
  ward: Ward
  history: () => History | null
}

/** The alerts of a bed over time, from the archive; and all that is known of one, from the log's newest day and the archive. */
export function alertRoutes(app: FastifyInstance, { ward, history }: AlertRoutesOptions): void {
  app.get('/api/beds/:patientId/alerts', { config: { deed: 'read-history' } }, async (request, reply) => {
    const params = checked(reply, requests.patientParams, request.params)
    const query = params === null ? null : checked(reply, requests.windowsQuery, request.query)
    if (params === null || query === null) return reply
    const stored = history()
    if (stored === null) return refuse(reply, 'DATABASE_UNAVAILABLE')
    return reply.send(await stored.alerts({ ...params.value, fromMs: query.value.from, toMs: query.value.to }))
  })

  app.get('/api/beds/:patientId/alerts/:alertId', { config: { deed: 'see-patients' } }, async (request, reply) => {
    const params = checked(reply, requests.alertOfBedParams, request.params)
    if (params === null) return reply
    const { patientId, alertId } = params.value
    const stored = await storyOf(history(), patientId, alertId)
    const transitions = joined(transitionsKept(ward, patientId, alertId), stored?.transitions ?? [])
    const [first] = transitions
    const newest = transitions.at(-1)
    if (first === undefined || newest === undefined)
      return refuse(reply, stored === null ? 'DATABASE_UNAVAILABLE' : 'ALERT_UNKNOWN')
    const detail: AlertDetail = {
      alert: newest,
      transitions,
      prediction: stored?.prediction ?? predictionKept(ward, first),
      then: stored?.then ?? [],
      archiveRead: stored !== null,
    }
    return reply.send(detail)
  })
}

/** Null while the archive is away: what is kept here is told without it. */
async function storyOf(history: History | null, patientId: string, alertId: string): Promise<AlertStory | null> {
  if (history === null) return null
  try {
    return await history.alertStory(patientId, alertId)
  } catch (error) {
    if (error instanceof VigilError && error.code === 'DATABASE_UNAVAILABLE') return null
    throw error
  }
}

/** A bed's newest transitions are kept; of an alert that is older than these, how it stands. */
function transitionsKept(ward: Ward, patientId: string, alertId: string): AlertView[] {
  const kept = ward.alerts.since(patientId, 0).missed.filter((view) => view.alertId === alertId)
  const now = ward.alerts.find(alertId)
  return now?.patientId === patientId ? [...kept, now] : kept
}

/** Every transition once, oldest first. */
function joined(kept: readonly AlertView[], stored: readonly AlertView[]): AlertView[] {
  const byId = new Map([...stored, ...kept].map((view) => [view.transitionId, view]))
  return [...byId.values()].sort((a, b) => a.bedSequence - b.bedSequence || a.eventTimeMs - b.eventTimeMs)
}

/** The bed's newest conclusion, if it is the one the alert began with. */
function predictionKept(ward: Ward, { patientId, windowStartMs }: AlertView): PredictionUpdate | null {
  const newest = ward.beds.view(patientId)?.prediction ?? null
  return newest !== null && newest.windowStartMs === windowStartMs ? newest : null
}
