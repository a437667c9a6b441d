import { signal } from '@preact/signals'

export type Theme = 'dark' | 'light'
const KEY = 'vigil-theme'

/** Dark unless a person chose otherwise: a ward at night is where most screens stand. */
export const theme = signal<Theme>(localStorage.getItem(KEY) === 'light' ? 'light' : 'dark')

theme.subscribe((chosen) => {
  document.documentElement.dataset['theme'] = chosen
})

export function toggleTheme(): void {
  const chosen = theme.value === 'dark' ? 'light' : 'dark'
  theme.value = chosen
  localStorage.setItem(KEY, chosen)
}
