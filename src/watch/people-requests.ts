import { z } from 'zod'
import { ROLES } from './person.ts'

/** What may be asked about people, checked at the door. */
const account = z.string().trim().toLowerCase().min(1).max(64)
const name = z.string().trim().min(1).max(80)
const password = z.string().max(1_024)
const code = z.string().min(1).max(128)
const unit = z.string().trim().min(1).max(256)
const units = z.union([z.literal('all'), z.array(unit).min(1).max(100)])
/** Nobody is a wall screen: that is a link of its own. */
const roles = z
  .array(z.enum(ROLES.filter((role) => role !== 'kiosk')))
  .min(1)
  .max(ROLES.length)

export const signInBody = z.strictObject({ account, password })
export const codeBody = z.strictObject({ code })
export const welcomeBody = z.strictObject({
  code,
  account: account.default(''),
  name: name.default(''),
  password,
})
/** Without rights: a new link of an account that is there. */
export const inviteBody = z.strictObject({ account, rights: z.strictObject({ name, roles, units }).optional() })
export const kioskBody = z.strictObject({ unitId: unit })
export const accountParams = z.strictObject({ account })
export const rightsBody = z.strictObject({ name, roles, units })
