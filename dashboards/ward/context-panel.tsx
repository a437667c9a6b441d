import type { PatientContext } from '../../src/records.ts'
import type { Bed } from './bed.ts'
import { CONSCIOUSNESS_WORDS, labLines } from './context-words.ts'
import { personWords } from './patient-words.ts'

/** Who is in the bed and what was written of them; all of it, however long. */
export function ContextPanel({ bed }: { bed: Bed }) {
  const context = bed.context.value
  return (
    <section class="panel context" aria-label="Context and notes">
      <h2>Context and notes</h2>
      {context === null ? (
        <p class="quiet-text">Nobody has said who is in this bed.</p>
      ) : (
        <Known context={context} bed={bed} />
      )}
    </section>
  )
}

function Known({ context, bed }: { context: PatientContext; bed: Bed }) {
  const { notes, labs, consciousness, supplementalOxygen, hypercapnicTarget, deviceIds, effectiveTimeMs } = context
  const person = personWords(context)
  const facts: [string, string][] = [
    ['Patient', `${bed.patientId}${person === '' ? '' : `, ${person}`}`],
    ['Diagnosis', context.diagnosis === '' ? 'not said' : context.diagnosis],
    ['Consciousness', consciousness === null ? 'not assessed' : CONSCIOUSNESS_WORDS[consciousness]],
    ['Oxygen', supplementalOxygen === null ? 'not known' : supplementalOxygen ? 'supplemental oxygen' : 'on air'],
    ...(hypercapnicTarget ? [['SpO2 target', '88–92 % (hypercapnic)'] satisfies [string, string]] : []),
    ['Devices', deviceIds.length === 0 ? 'none bound to this patient' : deviceIds.join(', ')],
    ['As of', timeOf(effectiveTimeMs)],
  ]
  return (
    <div class="context-parts">
      <dl class="facts">
        {facts.map(([name, words]) => (
          <div key={name} class="fact-row">
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div>
        <h3>Notes</h3>
        {notes.length === 0 && <p class="quiet-text">None.</p>}
        <ul class="notes">
          {notes.map((note, index) => (
            <li key={index}>{note}</li>
          ))}
        </ul>
      </div>
      <div>
        <h3>Laboratory</h3>
        {labs.length === 0 && <p class="quiet-text">None.</p>}
        {labs.length > 0 && (
          <table class="labs">
            <tbody>
              {labLines(labs).map(({ code, words, before, timeMs }) => (
                <tr key={code}>
                  <th scope="row">{code}</th>
                  <td class="lab-value">{words}</td>
                  <td class="quiet-text">
                    {timeOf(timeMs)}
                    {before === '' ? '' : `; before: ${before}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  )
}

function timeOf(atMs: number): string {
  const at = new Date(atMs)
  const day = at.toLocaleDateString('en-GB', { day: '2-digit', month: 'short' })
  return `${day} ${at.toLocaleTimeString('en-GB').slice(0, 5)}`
}
