import type { NurseLoad } from '../../src/watch/alarm-load.ts'
import type { LoadView } from '../../src/watch/load-view.ts'
import { bedHref } from '../app/router.ts'
import { tick } from '../app/screen-clock.ts'
import { ward } from '../app/watch.ts'
import { chosenUnit } from './board-choices.ts'
import { isOld, useCounted } from './load-source.ts'
import { answerWordsOf, longestWords, rateWords, stepsWords } from './load-words.ts'
import { AsOf, keyOf, Suggestion } from './suggestion.tsx'
import { timeOfDay } from './time-of-day.ts'
import { whoWords } from './who-words.ts'
import { UnitChoice } from './unit-choice.tsx'

/** How many alarms each nurse has had, and which limit of each bed raises the most of them. */
export function LoadPage() {
  const unit = chosenUnit.value
  const units = [...new Set(ward.beds.value.map((bed) => bed.unitId.value))].sort()
  const { read, again } = useCounted<LoadView>(
    unit === '' ? '/api/load' : `/api/load?unitId=${encodeURIComponent(unit)}`,
  )
  const { value, readMs, failed } = read.value
  return (
    <section class="load" aria-label="Alarm load">
      <header class="page-head">
        <h1>Alarm load</h1>
        <UnitChoice units={units} unit={unit} />
        {value !== null && (
          <span class="load-facts">
            <AsOf asOfMs={value.asOfMs} readMs={readMs} old={isOld(read.value, tick.value)} /> · read since{' '}
            {timeOfDay(value.readSinceMs)}
            {!value.whole && <strong> · the log is not read to its end: there may be more</strong>}
          </span>
        )}
      </header>
      {value === null ? (
        <p class="board-empty" role="status">
          {failed ? 'The load could not be read. Trying again every 30 s.' : 'Not read yet.'}
        </p>
      ) : (
        <>
          <Nurses view={value} />
          <Limits view={value} done={again} />
        </>
      )}
    </section>
  )
}

const COLUMNS = [
  'Alarms',
  'An hour',
  'High',
  'Medium',
  'Low',
  'Equipment',
  'Audio paused',
  'First answer',
  'Longest open',
]

function Nurses({ view: { nurses, spanMs, stepMs } }: { view: LoadView }) {
  const most = Math.max(1, ...nurses.flatMap(({ steps }) => steps))
  return (
    <section aria-label="By nurse">
      <h2>By nurse, last {spanMs / 60_000} minutes</h2>
      {nurses.length === 0 ? (
        <p class="board-empty">No alarm has called anybody.</p>
      ) : (
        <div class="table-box load-table" tabIndex={0} role="region" aria-label="Alarms by nurse">
          <table class="table" data-testid="load-table">
            <thead>
              <tr>
                <th scope="col">Looked after by</th>
                <th scope="col">Each {stepMs / 60_000} min</th>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {nurses.map((nurse) => (
                <Nurse
                  key={`${nurse.userId ?? ''}|${nurse.generationMode}`}
                  nurse={nurse}
                  most={most}
                  stepMs={stepMs}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="quiet-text">
        Counted each time an alarm calls: raised, back again, or more urgent. An hour and person, 6 are acceptable, 12
        about the most that can be managed, 10 within ten minutes a flood (EEMUA 191, ISA-18.2: figures of process
        plants, for want of one for nurses). Who had no alarm is not listed.
      </p>
    </section>
  )
}

function Nurse({ nurse, most, stepMs }: { nurse: NurseLoad; most: number; stepMs: number }) {
  const { userId, generationMode, alarms, byPriority, technical, paused, patients, load, flood } = nurse
  const { rate, words } = rateWords(nurse)
  return (
    <tr data-testid="load-nurse" data-load={load ?? 'unknown'}>
      <th scope="row">
        {userId === null ? 'nobody assigned' : whoWords(userId)}
        <span class="sub">
          {patients} {patients === 1 ? 'patient' : 'patients'}
          {generationMode !== 'real' && `, ${generationMode}`}
        </span>
      </th>
      <td class="wide">
        <span class="steps" role="img" aria-label={stepsWords(nurse, stepMs / 60_000)}>
          {nurse.steps.map((count, index) => (
            <span key={index} class="step" data-flood={count >= 10} style={{ height: `${(100 * count) / most}%` }} />
          ))}
        </span>
      </td>
      <td class="number" data-name="Alarms">
        <strong>{alarms}</strong>
      </td>
      <td class="number" data-name="An hour" data-trouble={load === 'too_many' || flood}>
        {rate}
        <span class="sub">
          {words}
          {flood && ', a flood'}
        </span>
      </td>
      <td class="number" data-name="High">
        {byPriority.high}
      </td>
      <td class="number" data-name="Medium">
        {byPriority.medium}
      </td>
      <td class="number" data-name="Low">
        {byPriority.low}
      </td>
      <td class="number" data-name="Equipment">
        {technical}
      </td>
      <td class="number" data-name="Audio paused">
        {paused}
      </td>
      <td class="number" data-name="First answer">
        {answerWordsOf(nurse)}
      </td>
      <td class="number" data-name="Longest open" data-trouble={nurse.open}>
        {longestWords(nurse)}
      </td>
    </tr>
  )
}

function Limits({ view: { limits, asOfMs }, done }: { view: LoadView; done: () => void }) {
  return (
    <section aria-label="Noisiest limits">
      <h2>The noisiest limit of each bed</h2>
      <p class="quiet-text">
        Medium alarms of the limit that holds now, last 8 h. Nothing changes unless somebody sets it; high alarms are
        never touched.
      </p>
      {limits.length === 0 && <p class="board-empty">No limit has raised anything.</p>}
      <ul class="noisy-limits">
        {limits.map((noisy) => (
          <li key={keyOf(noisy)} class="panel noisy-limit">
            <a class="alert-bed" href={bedHref(noisy.patientId)}>
              {noisy.bedId}
            </a>
            {noisy.generationMode !== 'real' && <span class="sub">{noisy.generationMode}</span>}
            <Suggestion noisy={noisy} asOfMs={asOfMs} done={done} />
          </li>
        ))}
      </ul>
    </section>
  )
}
