import { ROLES, type Role } from '../../src/watch/person.ts'

export interface Rights {
  name: string
  roles: string[]
  units: string[] | 'all'
}

/** Roles that a person may be given; a wall screen is a link of its own. */
const GIVEN_ROLES: readonly Role[] = ROLES.filter((role) => role !== 'kiosk')

interface InviteFormProps {
  invite: (account: string, rights: Rights) => Promise<boolean>
  wallScreen: (unitId: string) => Promise<boolean>
}

/** An account for somebody, and a link for a wall screen. */
export function InviteForm({ invite, wallScreen }: InviteFormProps) {
  const cleared = (form: HTMLFormElement) => (done: boolean) => done && form.reset()
  return (
    <div class="people-forms">
      <form
        class="people-form panel"
        aria-labelledby="invite-title"
        data-testid="invite"
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          void invite(textOf(form, 'account'), rightsOf(form)).then(cleared(form))
        }}
      >
        <h2 id="invite-title">Invite somebody</h2>
        <label>
          Account
          <input name="account" required maxLength={64} autocapitalize="none" spellcheck={false} />
        </label>
        <RightsFields name="" roles={['nurse']} units={[]} />
        <button type="submit" class="primary">
          Make a link
        </button>
      </form>
      <form
        class="people-form panel"
        aria-labelledby="wall-title"
        data-testid="wall-screen"
        onSubmit={(event) => {
          event.preventDefault()
          const form = event.currentTarget
          void wallScreen(textOf(form, 'unit')).then(cleared(form))
        }}
      >
        <h2 id="wall-title">A wall screen</h2>
        <label>
          Unit
          <input name="unit" required maxLength={256} />
        </label>
        <button type="submit" class="primary">
          Make a link
        </button>
      </form>
    </div>
  )
}

interface RightsFieldsProps {
  name: string
  roles: readonly Role[]
  units: readonly string[] | 'all'
}

export function RightsFields({ name, roles, units }: RightsFieldsProps) {
  return (
    <>
      <label>
        Name
        <input name="name" required maxLength={80} defaultValue={name} />
      </label>
      <fieldset class="people-roles">
        <legend>Roles</legend>
        {GIVEN_ROLES.map((role) => (
          <label key={role}>
            <input type="checkbox" name="role" value={role} defaultChecked={roles.includes(role)} /> {role}
          </label>
        ))}
      </fieldset>
      <label>
        Units, by commas, or “all”
        <input name="units" required defaultValue={units === 'all' ? 'all' : units.join(', ')} />
      </label>
    </>
  )
}

export function rightsOf(form: HTMLFormElement): Rights {
  const units = textOf(form, 'units')
    .split(',')
    .map((unit) => unit.trim())
    .filter((unit) => unit !== '')
  const roles = new FormData(form).getAll('role').map(String)
  return { name: textOf(form, 'name'), roles, units: units.length === 1 && units[0] === 'all' ? 'all' : units }
}

function textOf(form: HTMLFormElement, name: string): string {
  return String(new FormData(form).get(name) ?? '').trim()
}
