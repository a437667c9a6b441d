/** Somebody who can look after patients. */
export interface NurseView {
  /** What `assign` takes and answers to alerts carry. */
  userId: string
  name: string
  units: readonly string[] | 'all'
  /** How many of the patients that were asked about are this person's. */
  beds: number
}

/** Whom a patient can be given. */
export interface NursesView {
  /** Nobody has an account here yet: any name is taken, and `nurses` are those that were. */
  anyName: boolean
  nurses: NurseView[]
}
