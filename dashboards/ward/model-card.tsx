import { useSignal } from '@preact/signals'
import type { ModelCard } from '../../src/predict/model-card.ts'
import type { ModelUse } from '../../src/records.ts'
import { fetchJson } from '../app/api.ts'
import { byGroup, figureWords, isOfThisFile } from './card-words.ts'

type Shown = { state: 'closed' | 'asked' } | { state: 'open'; card: ModelCard } | { state: 'failed'; words: string }

/** The card of the model that answered: read when somebody opens it. */
export function ModelCardView({ model }: { model: ModelUse }) {
  const shown = useSignal<Shown>({ state: 'closed' })
  const open = async (): Promise<void> => {
    if (shown.peek().state === 'asked' || shown.peek().state === 'open') return
    shown.value = { state: 'asked' }
    const name = model.name.replace(/:small$/, '')
    const hash = /^[0-9a-f]{64}$/.test(model.sha256) ? `?sha256=${model.sha256}` : ''
    const answer = await fetchJson<ModelCard>(`/api/models/${encodeURIComponent(name)}/card${hash}`)
    shown.value = answer.ok ? { state: 'open', card: answer.value } : { state: 'failed', words: answer.message }
  }
  return (
    <details class="model-card" onToggle={(event) => event.currentTarget.open && void open()}>
      <summary>
        Model card of {model.name} {model.version}
      </summary>
      {shown.value.state === 'asked' && <p class="quiet-text">Reading the card…</p>}
      {shown.value.state === 'failed' && <p class="card-other">The card could not be read: {shown.value.words}.</p>}
      {shown.value.state === 'open' && <Card card={shown.value.card} model={model} />}
    </details>
  )
}

function Card({ card, model }: { card: ModelCard; model: ModelUse }) {
  return (
    <div class="card-body">
      {!isOfThisFile(card, model) && (
        <p class="card-other">
          This is the card of {card.name} {card.version}; the file that answered then is no longer here.
        </p>
      )}
      <p>
        <strong>{card.title}.</strong> It {card.purpose}.
      </p>
      <h4>What it cannot do</h4>
      <ul class="card-list">
        {card.cannot.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <h4>What it was made from</h4>
      <ul class="card-list">
        {card.data.map(({ name, licence, use }) => (
          <li key={name + use}>
            {name}: {use} <span class="quiet-text">({licence})</span>
          </li>
        ))}
      </ul>
      <p class="quiet-text">
        {card.parameters.toLocaleString('en-GB')} parameters. Split: {card.training.split}
      </p>
      <h4>How good it is, by group, with 95 %</h4>
      <div class="card-figures" tabIndex={0} role="region" aria-label={`Figures of ${card.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Group</th>
              <th scope="col">Measure</th>
              <th scope="col">Value</th>
              <th scope="col">n</th>
              <th scope="col">On</th>
            </tr>
          </thead>
          <tbody>
            {byGroup(card.metrics).map((figure, index) => (
              <tr key={index}>
                <th scope="row">{figure.group}</th>
                <td>{figure.measure}</td>
                <td class="card-value">{figureWords(figure)}</td>
                <td class="card-value">{figure.n.toLocaleString('en-GB')}</td>
                <td>
                  {figure.split}
                  {figure.note === undefined ? '' : `; ${figure.note}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet-text">Calibration: {card.calibration.method}</p>
    </div>
  )
}
