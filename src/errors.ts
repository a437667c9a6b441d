/** Where the cause lies: with a device or sender, with something outside this process, or with Vigil itself. */
export type ErrorDomain = 'device' | 'external' | 'internal'

interface ErrorKind {
  domain: ErrorDomain
  /** Whether the same try may succeed later. `ambiguous`: it may have succeeded already, so only an idempotent try is safe. */
  retry: 'no' | 'yes' | 'ambiguous'
  says: string
}

/** Every error code, once; the table in src/README.md is tested against it. */
export const ERRORS = {
  // Records that cannot be read: they go to dead-letter with one of these.
  RECORD_EMPTY: { domain: 'device', retry: 'no', says: 'the record has no value' },
  RECORD_NOT_FRAMED: {
    domain: 'device',
    retry: 'no',
    says: 'the record is neither Avro single-object nor Confluent framed',
  },
  SCHEMA_UNKNOWN: { domain: 'device', retry: 'no', says: 'no schema has this fingerprint' },
  SCHEMA_WRONG_TOPIC: { domain: 'device', retry: 'no', says: 'the schema does not belong on this topic' },
  RECORD_TRUNCATED: { domain: 'device', retry: 'no', says: 'the record does not decode to its end' },
  KEY_MISMATCH: { domain: 'device', retry: 'no', says: 'the key is not the patient of the record' },
  VALUE_NOT_FINITE: { domain: 'device', retry: 'no', says: 'a number is NaN or infinite' },
  VALUE_OUT_OF_RANGE: { domain: 'device', retry: 'no', says: 'a field is outside what it can be' },
  TIME_IMPLAUSIBLE: { domain: 'device', retry: 'no', says: 'event time lies years away from append time' },
  TIME_AHEAD: { domain: 'device', retry: 'no', says: 'event time lies further ahead of append time than is tolerated' },
  AUDIO_UNREADABLE: { domain: 'device', retry: 'no', says: 'the heart sound does not decode' },
  FRAME_UNREADABLE: { domain: 'device', retry: 'no', says: 'the frame is not a JPEG image' },
  ROW_REFUSED: { domain: 'device', retry: 'no', says: 'the database cannot hold a value of the record' },
  // Recorded files that cannot be fed.
  FILE_UNREADABLE: { domain: 'device', retry: 'no', says: 'the file is missing or may not be read' },
  FILE_EMPTY: { domain: 'device', retry: 'no', says: 'the file has no content' },
  FILE_TRUNCATED: { domain: 'device', retry: 'no', says: 'the file ends before it says it does' },
  FILE_FORMAT_UNKNOWN: { domain: 'device', retry: 'no', says: 'the file is of no format that can be fed' },
  // Infrastructure.
  LOG_UNAVAILABLE: { domain: 'external', retry: 'ambiguous', says: 'the log cannot be reached' },
  RECORD_TOO_LARGE: { domain: 'device', retry: 'no', says: 'the record is larger than its topic takes' },
  LOG_LOCKED: { domain: 'external', retry: 'no', says: 'another process uses the data folder' },
  TOPICS_NOT_COPARTITIONED: { domain: 'external', retry: 'no', says: 'topics differ in their number of partitions' },
  DATABASE_UNAVAILABLE: { domain: 'external', retry: 'ambiguous', says: 'the database cannot be reached' },
  DATABASE_UNPROVEN: { domain: 'internal', retry: 'no', says: 'the embedded database failed its check on opening' },
  MIGRATION_CHANGED: {
    domain: 'internal',
    retry: 'no',
    says: 'an applied database migration is not the one known here',
  },
  FOLDER_UNWRITABLE: { domain: 'external', retry: 'no', says: 'the data folder cannot be written' },
  DISK_FULL: { domain: 'external', retry: 'no', says: 'the disk of the data folder is full' },
  PORT_BUSY: { domain: 'external', retry: 'no', says: 'the port is in use' },
  SETTING_INVALID: { domain: 'external', retry: 'no', says: 'a setting is unknown or out of its range' },
  // Models.
  MODEL_CARD_INVALID: { domain: 'internal', retry: 'no', says: 'the model card does not say what a card must' },
  MODEL_HASH_MISMATCH: { domain: 'internal', retry: 'no', says: 'the model file is not the one the card names' },
  MODEL_NO_SMALL: { domain: 'internal', retry: 'no', says: 'the card names no smaller file' },
  MODEL_UNPROVEN: {
    domain: 'internal',
    retry: 'no',
    says: 'the model does not give its golden answer on this provider',
  },
  MODEL_DEADLINE: { domain: 'internal', retry: 'yes', says: 'the model did not answer in time' },
  MODEL_DOWN: { domain: 'internal', retry: 'yes', says: 'the inference process is not there' },
  // Labels of a site, and what was learnt from them.
  TUNE_PARENT_SMALL: {
    domain: 'external',
    retry: 'no',
    says: 'the parent is a smaller file; start from the model itself, without :small',
  },
  TUNE_UNUSABLE: { domain: 'external', retry: 'no', says: 'what was labelled cannot be read by the model' },
  TUNE_LEAKAGE: { domain: 'external', retry: 'no', says: 'the same content is of two subjects' },
  TUNE_LABELS_CONTRADICT: {
    domain: 'external',
    retry: 'no',
    says: 'labels contradict each other or the model they correct',
  },
  TUNE_TOO_FEW: { domain: 'external', retry: 'no', says: 'there are too few labels or subjects' },
  TUNE_NOT_LEARNT: {
    domain: 'external',
    retry: 'no',
    says: 'on new subjects what was learnt is no better than chance',
  },
  TUNE_NOT_BETTER: { domain: 'external', retry: 'no', says: 'the result is not better than its parent' },
  TUNE_WORSE_FOR_GROUP: { domain: 'external', retry: 'no', says: 'the result is worse than its parent for a group' },
  TUNE_FORGETS: { domain: 'external', retry: 'no', says: 'the result is worse on the subjects of its parent' },
  // What people and scripts ask for.
  REQUEST_INVALID: { domain: 'external', retry: 'no', says: 'the request does not say what it must' },
  UNAUTHORISED: { domain: 'external', retry: 'no', says: 'nobody is signed in here, and no valid token came' },
  NOT_ALLOWED: { domain: 'external', retry: 'no', says: 'this account may not do that' },
  SIGN_IN_REFUSED: { domain: 'external', retry: 'no', says: 'account and password do not fit' },
  LOCKED_OUT: { domain: 'external', retry: 'yes', says: 'too many wrong tries; the next is listened to later' },
  OPENID_REFUSED: { domain: 'external', retry: 'no', says: 'the hospital’s sign-in does not let this person in here' },
  OPENID_UNAVAILABLE: { domain: 'external', retry: 'yes', says: 'the hospital’s sign-in cannot be reached' },
  SIGN_IN_BUSY: { domain: 'internal', retry: 'yes', says: 'too many sign in at once' },
  PASSWORD_WEAK: { domain: 'external', retry: 'no', says: 'the password will not do' },
  LINK_INVALID: { domain: 'external', retry: 'no', says: 'the link was used, is over or never was' },
  ACCOUNT_TAKEN: { domain: 'external', retry: 'no', says: 'there is such an account already' },
  ACCOUNT_UNKNOWN: { domain: 'external', retry: 'no', says: 'there is no such account' },
  LAST_ADMIN: { domain: 'external', retry: 'no', says: 'nobody would be left who manages people' },
  ASSIGNEE_UNKNOWN: { domain: 'external', retry: 'no', says: 'nobody of this name looks after patients of that unit' },
  PATIENT_UNKNOWN: { domain: 'external', retry: 'no', says: 'there is no such patient among those this account sees' },
  ALERT_UNKNOWN: { domain: 'external', retry: 'no', says: 'there is no such alert among those this account sees' },
  ALERT_ANSWERED: { domain: 'external', retry: 'no', says: 'somebody else is responsible for the alert' },
  MODEL_UNKNOWN: { domain: 'external', retry: 'no', says: 'no model of this name answers here' },
  COMMAND_UNCONFIRMED: {
    domain: 'external',
    retry: 'ambiguous',
    says: 'it is in the log, but not in force yet; look at what holds before trying again',
  },
  ADDRESS_UNKNOWN: { domain: 'external', retry: 'no', says: 'there is nothing at this address' },
  ORIGIN_REFUSED: { domain: 'external', retry: 'no', says: 'the request comes from another site' },
  REQUEST_FAILED: { domain: 'internal', retry: 'no', says: 'the request failed here; the log says why' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof ERRORS

/** Codes after which the same try is worth repeating. */
export const RETRYABLE: ReadonlySet<ErrorCode> = new Set(
  (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].retry !== 'no'),
)

/** Lost infrastructure or a bug. `detail` never holds patient data. */
export class VigilError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, detail = '', options?: ErrorOptions) {
    super(detail === '' ? ERRORS[code].says : `${ERRORS[code].says}: ${detail}`, options)
    this.name = 'VigilError'
    this.code = code
  }
}
