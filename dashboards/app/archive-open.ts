import { computed } from '@preact/signals'
import { ward } from './watch.ts'

/**
 * Whether the archive can be asked, as the server says once a second. Asked while it opens or is away it would refuse, and
 * the browser writes every refusal into its console as an error. A server that does not say is asked.
 */
export const archiveOpen = computed(() => {
  const system = ward.system.value
  return system !== null && system.archiveOpen !== false
})
