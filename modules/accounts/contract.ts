import { type Static, Type } from 'typebox'
import { Caller } from '#runtime/contract/caller-schema.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Address, addressInvalid } from '#shared/address.ts'
import { emailInvalid } from '#shared/email.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Email, Line, Timestamp, TypedEmail, VisibleLine } from '#shared/text.ts'

export const CustomerId = Id('cus')
const AddressId = Id('adr')
const Password = Type.String({
  minLength: 10,
  maxLength: 200,
  description: 'at least 10 characters (NIST SP 800-63B: length, not composition)',
})

const StaffId = Id('stf')
export const StaffMember = Strict({
  id: StaffId,
  email: Email,
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  createdAt: Timestamp,
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
  /** The key counts for nothing since then. */
  revokedAt: Type.Union([Timestamp, Type.Null()]),
})
export type StaffMember = Static<typeof StaffMember>

const DeviceToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'keep it on the device and send it with each log-in: failed log-ins of strangers then do not keep its owner out',
})

export const Account = Strict({
  id: CustomerId,
  email: Email,
  name: Type.String(),
  /** Whether the mailbox's owner has confirmed the address. */
  verified: Type.Boolean(),
  createdAt: Timestamp,
})
export type Account = Static<typeof Account>

export const SavedAddress = Strict({ id: AddressId, ...Address.properties })
export type SavedAddress = Static<typeof SavedAddress>

/** The token is shown once and stored as a hash only. Send it as `Authorization: Bearer ses_…`. */
export const Session = Strict({
  token: Type.String(),
  expiresAt: Timestamp,
  account: Account,
  /** Names this device at the next log-in; only for accounts whose address is confirmed, when it is not known yet. */
  device: Type.Optional(DeviceToken),
})
export type Session = Static<typeof Session>

const tooManyAttempts = {
  status: 429,
  summary:
    'Too many failed attempts for this address, by this client or by all: wait, or reset the password.',
} as const

const passwordTooCommon = {
  status: 422,
  summary:
    'The password is one of those that are tried first, or says what everybody knows: the address, the shop.',
} as const

export const accounts = contract('accounts', {
  version: '2.1.0',
  summary: 'Customers, staff, sessions, addresses and password reset',
  methods: {
    register: command({
      summary:
        'Makes an account; one for each address and password, however often it is called. The answer is the same whether the address was known or not; its owner gets a mail.',
      input: Strict({ email: TypedEmail, password: Password, name: VisibleLine(200) }),
      output: Strict({ email: Email, name: Type.String() }),
      failures: {
        EMAIL_INVALID: emailInvalid,
        TOO_MANY_ATTEMPTS: tooManyAttempts,
        PASSWORD_TOO_COMMON: passwordTooCommon,
      },
      access: 'public',
      rest: { method: 'POST', path: '/accounts', status: 201 },
      rateLimit: { max: 20, windowMs: 60_000 },
      timeoutMs: 10_000,
    }),
    logIn: command({
      summary: 'Opens a session. An unknown address and a wrong password have the same answer.',
      input: Strict({
        email: TypedEmail,
        password: Type.String({ minLength: 1, maxLength: 200 }),
        device: Type.Optional(DeviceToken),
      }),
      output: Session,
      secretAnswer: true,
      failures: {
        INVALID_CREDENTIALS: { status: 401, summary: 'The address and the password do not belong together.' },
        TOO_MANY_ATTEMPTS: tooManyAttempts,
      },
      access: 'public',
      rest: { method: 'POST', path: '/sessions', status: 201 },
      rateLimit: { max: 60, windowMs: 60_000 },
      timeoutMs: 10_000,
    }),
    logOut: command({
      summary: "Ends the caller's session; a repeat does nothing, and neither does a call without one.",
      input: Strict({}),
      output: Nothing,
      failures: {
        NO_SESSION: {
          status: 409,
          summary: 'The token is an API key: it works until `DELETE /admin/staff/{staffId}` revokes it.',
        },
      },
      access: 'public',
      endedSession: 'guest',
      rest: { method: 'DELETE', path: '/sessions/current' },
    }),
    identify: query({
      summary: 'Turns a session token or an API key into a caller; null when it is none or has ended.',
      input: Strict({ token: Type.String({ maxLength: 200 }) }),
      output: Strict({
        caller: Type.Union([Caller, Type.Null()]),
        refusal: Type.Optional(
          Type.String({ description: 'why there is no caller, and what to do: goes after a colon' }),
        ),
      }),
      access: 'internal',
      identifies: ['ses_', 'key_'],
    }),
    getMe: query({
      summary: "Reads the customer's account.",
      input: Strict({}),
      output: Account,
      access: 'customer',
      rest: { method: 'GET', path: '/accounts/me' },
    }),
    updateMe: command({
      summary:
        "Changes the customer's name, or the password by giving the present one; other sessions end then.",
      input: Strict({
        name: Type.Optional(VisibleLine(200)),
        password: Type.Optional(
          Strict({ current: Type.String({ minLength: 1, maxLength: 200 }), new: Password }),
        ),
      }),
      output: Account,
      failures: {
        PASSWORD_TOO_COMMON: passwordTooCommon,
        WRONG_PASSWORD: { status: 403, summary: 'The present password is not right.' },
        TOO_MANY_ATTEMPTS: { status: 429, summary: 'Too many wrong passwords for this account: wait.' },
      },
      access: 'customer',
      rest: { method: 'PATCH', path: '/accounts/me' },
      timeoutMs: 10_000,
    }),
    listAddresses: query({
      summary: "Lists the customer's saved addresses.",
      input: Strict({}),
      output: Strict({ items: Type.Array(SavedAddress) }),
      access: 'customer',
      rest: { method: 'GET', path: '/accounts/me/addresses' },
    }),
    addAddress: command({
      summary: 'Saves an address.',
      input: Address,
      output: SavedAddress,
      failures: {
        ADDRESS_INVALID: addressInvalid,
        ADDRESS_LIMIT: { status: 409, summary: 'An account keeps at most 50 addresses.' },
      },
      access: 'customer',
      rest: { method: 'POST', path: '/accounts/me/addresses', status: 201 },
    }),
    updateAddress: command({
      summary: 'Replaces a saved address.',
      input: Strict({ addressId: AddressId, ...Address.properties }),
      output: SavedAddress,
      failures: {
        ADDRESS_INVALID: addressInvalid,
        ADDRESS_NOT_FOUND: { status: 404, summary: 'The customer has no such address.' },
      },
      access: 'customer',
      rest: { method: 'PUT', path: '/accounts/me/addresses/{addressId}' },
    }),
    removeAddress: command({
      summary: 'Deletes a saved address; does nothing when it is gone.',
      input: Strict({ addressId: AddressId }),
      output: Nothing,
      access: 'customer',
      rest: { method: 'DELETE', path: '/accounts/me/addresses/{addressId}' },
    }),
    verifyEmail: command({
      summary: 'Confirms an address with the token from the mail; a repeat does nothing.',
      input: Strict({ token: Type.String({ minLength: 1, maxLength: 200 }) }),
      output: Nothing,
      failures: {
        TOKEN_INVALID: {
          status: 422,
          summary: 'The token is unknown or too old, or the address is confirmed for another account.',
        },
      },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/verify-email' },
      rateLimit: { max: 60, windowMs: 60_000 },
    }),
    requestPasswordReset: command({
      summary: 'Sends a link to set a new password, if the address has an account; the answer never tells.',
      input: Strict({ email: TypedEmail }),
      output: Nothing,
      failures: { EMAIL_INVALID: emailInvalid },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/password-reset', status: 202 },
      rateLimit: { max: 20, windowMs: 60_000 },
    }),
    resetPassword: command({
      summary: 'Sets a new password with the token from the mail, and ends all sessions.',
      input: Strict({ token: Type.String({ minLength: 1, maxLength: 200 }), password: Password }),
      output: Strict({ device: Type.Optional(DeviceToken) }),
      secretAnswer: true,
      failures: {
        TOKEN_INVALID: { status: 422, summary: 'The token is unknown, used or too old.' },
        PASSWORD_TOO_COMMON: passwordTooCommon,
      },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/password-reset/confirm' },
      rateLimit: { max: 60, windowMs: 60_000 },
      timeoutMs: 10_000,
    }),
    checkMailToken: query({
      summary:
        'Tells whether the link of a mail still works, so that its page need not ask for what it cannot use.',
      input: Strict({
        token: Type.String({ minLength: 1, maxLength: 200 }),
        purpose: Type.Union([Type.Literal('verification'), Type.Literal('password reset')]),
      }),
      output: Strict({ works: Type.Boolean() }),
      access: 'internal',
    }),
    issuePasswordResets: command({
      summary:
        'Makes tokens for the resets that were asked for, where the address has an account, a batch at a time.',
      input: Strict({}),
      output: Strict({ issued: Type.Integer() }),
      access: 'internal',
    }),
    createStaff: command({
      summary:
        'Makes a staff member with an API key, which is shown once; one whose key was revoked gets a new one. For the command line.',
      input: Strict({
        email: TypedEmail,
        name: VisibleLine(200),
        permissions: Type.Array(Line(1, 60), { maxItems: 50 }),
      }),
      output: Strict({ staffId: StaffId, apiKey: Type.String() }),
      secretAnswer: true,
      failures: {
        EMAIL_INVALID: emailInvalid,
        STAFF_EXISTS: { status: 409, summary: 'A staff member has this address.' },
      },
      access: 'internal',
    }),
    listStaff: query({
      summary: 'Lists who has or had an API key, with its last use to the minute.',
      input: Strict({}),
      output: Strict({ items: Type.Array(StaffMember) }),
      access: 'staff:staff.read',
      rest: { method: 'GET', path: '/admin/staff' },
    }),
    revokeStaff: command({
      summary: "Makes a staff member's API key worthless, at once in all processes; a repeat does nothing.",
      input: Strict({ staffId: StaffId }),
      output: Nothing,
      failures: { STAFF_NOT_FOUND: { status: 404, summary: 'There is no such staff member.' } },
      access: 'staff:staff.write',
      rest: { method: 'DELETE', path: '/admin/staff/{staffId}' },
    }),
    deleteExpired: command({
      summary: 'Deletes ended sessions, used tokens and old log-in attempts, a batch at a time.',
      input: Strict({}),
      output: Strict({ deleted: Type.Integer() }),
      access: 'internal',
    }),
  },
  events: {
    accountRegistered: event({
      summary: 'Somebody registered with this address. `known`: the address had an account already.',
      payload: Strict({
        customerId: CustomerId,
        email: Email,
        name: Type.String(),
        known: Type.Boolean(),
        token: Type.String(),
      }),
      aggregate: 'customerId',
    }),
    passwordResetRequested: event({
      summary: 'A customer asked for a new password; the token goes to the mailbox only.',
      payload: Strict({ customerId: CustomerId, email: Email, name: Type.String(), token: Type.String() }),
      aggregate: 'customerId',
    }),
  },
})
