export type Tone = 'good' | 'warn' | 'bad' | 'plain'

interface FactProps {
  label: string
  text: string
  tone: Tone
  title?: string
  /** Shown while the pointer or the focus is on the fact. */
  names?: readonly string[]
  href?: string
}

const NAMES_SHOWN = 12

/** One thing the trust bar says, in words and in tone. */
export function Fact({ label, text, tone, title, names = [], href }: FactProps) {
  const words = href === undefined ? text : <a href={href}>{text}</a>
  const focusable = names.length > 0 && href === undefined
  return (
    <li class="fact" data-tone={tone} title={title}>
      <span class="fact-label">{label}</span>{' '}
      <span class="fact-text" tabIndex={focusable ? 0 : undefined}>
        {words}
      </span>
      {names.length > 0 && (
        <ul class="fact-names" aria-label={`${label}: ${text}`}>
          {names.slice(0, NAMES_SHOWN).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {names.length > NAMES_SHOWN && <li>and {names.length - NAMES_SHOWN} more</li>}
        </ul>
      )}
    </li>
  )
}
