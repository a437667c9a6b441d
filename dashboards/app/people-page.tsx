import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { PersonView } from '../../src/watch/people-routes.ts'
import { fetchJson, type Fetched, postJson } from './api.ts'
import { InviteForm, rightsOf, type Rights, RightsFields } from './invite-form.tsx'
import { me } from './me.ts'
import { failureWords } from './sign-in.tsx'

const STATE_WORDS = { active: 'active', invited: 'invited, not here yet', locked: 'locked' } as const

/** Who has an account, what each may do, and of which units. */
export function PeoplePage() {
  const people = useSignal<readonly PersonView[]>([])
  const failure = useSignal('')
  /** Shown once: the server keeps no more than a digest of it. */
  const made = useSignal<{ whose: string; link: string } | null>(null)
  const editing = useSignal<string | null>(null)

  async function read(): Promise<void> {
    const answer = await fetchJson<PersonView[]>('/api/people')
    if (answer.ok) people.value = answer.value
    else failure.value = failureWords(answer)
  }
  useEffect(() => void read(), [])

  async function act(path: string, body: object): Promise<boolean> {
    failure.value = ''
    const answer: Fetched<{ person: PersonView; link?: string }> = await postJson(path, body)
    if (!answer.ok) failure.value = failureWords(answer)
    else if (answer.value.link !== undefined)
      made.value = { whose: answer.value.person.name, link: window.location.origin + answer.value.link }
    await read()
    return answer.ok
  }

  const path = (id: string, deed: string): string => `/api/people/${encodeURIComponent(id)}/${deed}`
  return (
    <section class="people" data-testid="people">
      <header class="page-head">
        <h1>People</h1>
      </header>
      {failure.value !== '' && (
        <p class="form-problem" role="alert" data-testid="people-failure">
          {failure.value}
        </p>
      )}
      {made.value !== null && (
        <div class="people-link" role="status" data-testid="people-link">
          <p>
            The link for <strong>{made.value.whose}</strong>, good once and for a day. It is not shown again.
          </p>
          <code>{made.value.link}</code>
          <button type="button" class="quiet" onClick={() => (made.value = null)}>
            Done
          </button>
        </div>
      )}
      <div class="table-box" tabIndex={0} role="region" aria-label="Accounts">
        <table class="table" data-testid="people-table">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Roles</th>
              <th scope="col">Units</th>
              <th scope="col">State</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {people.value.map((person) => (
              <tr key={person.id} data-state={person.state}>
                <th scope="row">
                  {person.name} <span class="sub">{person.id}</span>
                </th>
                {editing.value === person.id ? (
                  <td colSpan={4}>
                    <EditRights
                      person={person}
                      done={() => (editing.value = null)}
                      save={(rights) => act(path(person.id, 'rights'), rights)}
                    />
                  </td>
                ) : (
                  <>
                    <td>{person.roles.join(', ')}</td>
                    <td>{person.units === 'all' ? 'all' : person.units.join(', ')}</td>
                    <td>
                      {STATE_WORDS[person.state]}
                      {person.ofHospital && ' · hospital'}
                    </td>
                    <td class="people-deeds">
                      <PersonDeeds person={person} act={act} path={path} edit={() => (editing.value = person.id)} />
                    </td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <InviteForm
        invite={(account, rights) => act('/api/people', { account, rights })}
        wallScreen={(unitId) => act('/api/people/kiosk', { unitId })}
      />
    </section>
  )
}

interface PersonDeedsProps {
  person: PersonView
  act: (path: string, body: object) => Promise<boolean>
  path: (id: string, deed: string) => string
  edit: () => void
}

function PersonDeeds({ person: { id, name, roles, state, ofHospital }, act, path, edit }: PersonDeedsProps) {
  const isKiosk = roles.includes('kiosk')
  const mine = me.value?.id === id
  return (
    <>
      {!isKiosk && !ofHospital && (
        <button type="button" class="quiet" aria-label={`Rights of ${name}`} onClick={edit}>
          Rights…
        </button>
      )}
      {!isKiosk && !ofHospital && state !== 'locked' && (
        <button
          type="button"
          class="quiet"
          aria-label={`New link for ${name}`}
          onClick={() => void act('/api/people', { account: id })}
        >
          New link
        </button>
      )}
      {state === 'locked' ? (
        <button
          type="button"
          class="quiet"
          aria-label={`Unlock ${name}`}
          onClick={() => void act(path(id, 'unlock'), {})}
        >
          Unlock
        </button>
      ) : (
        <button
          type="button"
          class="quiet"
          aria-label={`Lock ${name}`}
          disabled={mine}
          title={mine ? 'not the own account' : ''}
          onClick={() => void act(path(id, 'lock'), {})}
        >
          Lock
        </button>
      )}
    </>
  )
}

interface EditRightsProps {
  person: PersonView
  save: (rights: Rights) => Promise<boolean>
  done: () => void
}

function EditRights({ person, save, done }: EditRightsProps) {
  return (
    <form
      class="people-form"
      aria-label={`Rights of ${person.name}`}
      onSubmit={(event) => {
        event.preventDefault()
        void save(rightsOf(event.currentTarget)).then((saved) => saved && done())
      }}
    >
      <RightsFields name={person.name} roles={person.roles} units={person.units} />
      <button type="submit" class="primary">
        Save
      </button>
      <button type="button" class="quiet" onClick={done}>
        Cancel
      </button>
    </form>
  )
}
