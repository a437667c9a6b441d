import { codeWords } from '../app/code-words.ts'
import { bytesWords } from './feed-state.ts'
import { deadLetters } from './feeds-model.ts'

/** What could not be read, and why. The records themselves are kept in the log and the archive, not on the screen. */
export function DeadLetters() {
  return (
    <div class="dead-letters">
      <h2>Dead letters</h2>
      <div class="table-box" tabIndex={0} role="region" aria-label="Dead letters">
        <table class="table">
          <thead>
            <tr>
              {['Time', 'Topic', 'Place', 'Code', 'Detail', 'Found by'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col" class="number">
                Bytes
              </th>
            </tr>
          </thead>
          <tbody>
            {deadLetters.value.map((letter) => (
              <tr key={letter.id} data-testid="dead-letter-row">
                <td>
                  <time dateTime={new Date(letter.appendTimeMs).toISOString()}>
                    {new Date(letter.appendTimeMs).toLocaleTimeString('en-GB')}
                  </time>
                </td>
                <td data-name="Topic">{letter.topic}</td>
                <td data-name="Partition/offset">
                  {letter.partition}/{letter.offset}
                </td>
                <td class="wide">
                  <code>{letter.code}</code>
                  <span class="sub">{codeWords(letter.code) ?? ''}</span>
                </td>
                <td class="wide">{letter.detail}</td>
                <td data-name="Found by">{letter.detectedBy}</td>
                <td class="number" data-name="Bytes">
                  {bytesWords(letter.valueBytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {deadLetters.value.length === 0 && <p class="board-empty">Every record could be read.</p>}
      </div>
    </div>
  )
}
