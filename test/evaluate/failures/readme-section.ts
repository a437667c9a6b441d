import type { Failure, FailureSearch } from './failure.ts'
import { SEEN } from './seen.ts'

const TITLE = '## Failure cases'

/** The README with its section of failure cases, new or in the place of the one before. */
export function withFailures(readme: string, { source, shows }: FailureSearch, failures: readonly Failure[]): string {
  const lines = failures.map(
    ({ record, truth, said, because, drawing: { kind } }, index) =>
      `${index + 1}. **${truth}** (record ${record}). Said: ${said}. Measured: ${because.join('; ')}.${seenIn(record)}\n\n   ![${truth}](failures/${index + 1}.${kind})`,
  )
  const section = `${TITLE}

The records that it got most wrong, each by the file that was trained without its subject; of each kind of mistake the worst. What was measured
of a record, and seen in its drawing by one who is no clinician, may be the reason or not. \`npm run failures\` draws them anew and puts the
records themselves into \`data/failures\`, for whoever has the data; none is here.

Shown: ${shows}. Drawn from: ${source}.

${lines.join('\n')}
`
  const [before = '', after] = readme.split(`${TITLE}\n`)
  const rest = after?.match(/\n## [^]*/)?.[0] ?? ''
  return `${before.trimEnd()}\n\n${section}${rest}`
}

function seenIn(record: string): string {
  const seen = SEEN[record]
  return seen === undefined ? '' : ` Seen: ${seen}.`
}
