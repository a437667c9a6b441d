import { computed } from '@preact/signals'
import { mayDo } from './me.ts'
import { ward } from './watch.ts'

/**
 * Whether the archive can be asked, by who is here and as the server says once a second. Asked while it opens or is away it would refuse, and
 * the browser writes every refusal into its console as an error. A server that does not say is asked.
 */
export const archiveOpen = computed(() => {
  const system = ward.system.value
  return mayDo('read-history') && system !== null && system.archiveOpen !== false
})
