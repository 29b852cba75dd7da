import { type Static, Type } from 'typebox'
import { Caller } from '#runtime/contract/caller-schema.ts'
import { command, contract, event, query } from '#runtime/contract/contract.ts'
import { Address, addressInvalid } from '#shared/address.ts'
import { emailInvalid } from '#shared/email.ts'
import { Id } from '#shared/ids.ts'
import { Nothing, Strict } from '#shared/object.ts'
import { Email, SingleLine, Timestamp, TypedEmail, VisibleLine } from '#shared/text.ts'

export const CustomerId = Id('cus')
const AddressId = Id('adr')
const Password = Type.String({
  minLength: 10,
  maxLength: 200,
  description: 'at least 10 characters of any kind (NIST SP 800-63B)',
})

const StaffId = Id('stf')
export const StaffMember = Strict({
  id: StaffId,
  email: Email,
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  createdAt: Timestamp,
  /** Accurate to the minute; null until the key is used. */
  lastUsedAt: Type.Union([Timestamp, Type.Null()]),
  /** When the key was revoked; null while it is valid. */
  revokedAt: Type.Union([Timestamp, Type.Null()]),
})
export type StaffMember = Static<typeof StaffMember>

const DeviceToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    'store it on the device and send it with each log-in, so that failed log-ins of strangers cannot lock its owner out',
})

export const Account = Strict({
  id: CustomerId,
  email: Email,
  name: Type.String(),
  /** Whether the owner of the mailbox has confirmed the address. */
  verified: Type.Boolean(),
  createdAt: Timestamp,
})
export type Account = Static<typeof Account>

export const SavedAddress = Strict({ id: AddressId, ...Address.properties })
export type SavedAddress = Static<typeof SavedAddress>

/** The token is returned once; the shop stores only its hash. Send it as `Authorization: Bearer ses_…`. */
export const Session = Strict({
  token: Type.String(),
  expiresAt: Timestamp,
  account: Account,
  /**
   * Identifies this device at the next log-in. Present if the address is confirmed and the log-in sent no known device.
   */
  device: Type.Optional(DeviceToken),
})
export type Session = Static<typeof Session>

const tooManyAttempts = {
  status: 429,
  summary:
    'Too many failed attempts for this address, from this network or in total. Wait, or reset the password.',
} as const

const passwordTooCommon = {
  status: 422,
  summary:
    'The password is common, made of public information such as the name, the email address or the name of the shop, or is the current one.',
} as const

export const accounts = contract('accounts', {
  version: '2.1.0',
  summary: 'Customers and staff, sessions, saved addresses and password resets',
  methods: {
    register: command({
      summary:
        'Creates an account and sends an email to its address. Repeated calls with the same address and password create one account. The answer does not reveal whether the address had an account.',
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
      summary: 'Opens a session. An unknown address and a wrong password get the same answer.',
      input: Strict({
        email: TypedEmail,
        password: Type.String({ minLength: 1, maxLength: 200 }),
        device: Type.Optional(DeviceToken),
      }),
      output: Session,
      secretAnswer: true,
      failures: {
        INVALID_CREDENTIALS: { status: 401, summary: 'The email address and the password do not match.' },
        TOO_MANY_ATTEMPTS: tooManyAttempts,
      },
      access: 'public',
      rest: { method: 'POST', path: '/sessions', status: 201 },
      rateLimit: { max: 60, windowMs: 60_000 },
      timeoutMs: 10_000,
    }),
    logOut: command({
      summary: "Ends the caller's session. Does nothing when it has ended, or without a session.",
      input: Strict({}),
      output: Nothing,
      failures: {
        NO_SESSION: {
          status: 409,
          summary: 'The token is an API key. Revoke it with `DELETE /admin/staff/{staffId}`.',
        },
      },
      access: 'public',
      endedSession: 'guest',
      rest: { method: 'DELETE', path: '/sessions/current' },
    }),
    identify: query({
      summary:
        'Returns the caller that a session token or an API key stands for; null for an unknown, expired or revoked one.',
      input: Strict({ token: Type.String({ maxLength: 200 }) }),
      output: Strict({
        caller: Type.Union([Caller, Type.Null()]),
        refusal: Type.Optional(
          Type.String({
            description: 'why there is no caller, and what to do; continues a sentence after a colon',
          }),
        ),
      }),
      access: 'internal',
      identifies: ['ses_', 'key_'],
    }),
    getMe: query({
      summary: "Returns the customer's account.",
      input: Strict({}),
      output: Account,
      access: 'customer',
      rest: { method: 'GET', path: '/accounts/me' },
    }),
    updateMe: command({
      summary:
        "Changes the customer's name, password or both. A new password needs the current one and ends all other sessions.",
      input: Strict({
        name: Type.Optional(VisibleLine(200)),
        password: Type.Optional(
          Strict({ current: Type.String({ minLength: 1, maxLength: 200 }), new: Password }),
        ),
      }),
      output: Account,
      failures: {
        PASSWORD_TOO_COMMON: passwordTooCommon,
        WRONG_PASSWORD: { status: 403, summary: 'The current password is wrong.' },
        TOO_MANY_ATTEMPTS: {
          status: 429,
          summary: 'Too many wrong passwords for this account. Wait and try again.',
        },
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
        ADDRESS_LIMIT: { status: 409, summary: 'The account has 50 addresses already, the maximum.' },
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
        ADDRESS_NOT_FOUND: { status: 404, summary: 'The customer has no address with this id.' },
      },
      access: 'customer',
      rest: { method: 'PUT', path: '/accounts/me/addresses/{addressId}' },
    }),
    removeAddress: command({
      summary: 'Deletes a saved address. Does nothing when it does not exist.',
      input: Strict({ addressId: AddressId }),
      output: Nothing,
      access: 'customer',
      rest: { method: 'DELETE', path: '/accounts/me/addresses/{addressId}' },
    }),
    verifyEmail: command({
      summary: 'Confirms an email address with the token from the email. A repeat does nothing.',
      input: Strict({ token: Type.String({ minLength: 1, maxLength: 200 }) }),
      output: Nothing,
      failures: {
        TOKEN_INVALID: {
          status: 422,
          summary: 'The token is unknown or expired, or another account with the address is confirmed.',
        },
      },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/verify-email' },
      rateLimit: { max: 60, windowMs: 60_000 },
    }),
    requestPasswordReset: command({
      summary:
        'Sends an email with a link to set a new password if the address has an account. The answer does not reveal whether it has.',
      input: Strict({ email: TypedEmail }),
      output: Nothing,
      failures: { EMAIL_INVALID: emailInvalid },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/password-reset', status: 202 },
      rateLimit: { max: 20, windowMs: 60_000 },
    }),
    resetPassword: command({
      summary: 'Sets a new password with the token from the email, and ends all sessions of the account.',
      input: Strict({ token: Type.String({ minLength: 1, maxLength: 200 }), password: Password }),
      output: Strict({ device: Type.Optional(DeviceToken) }),
      secretAnswer: true,
      failures: {
        TOKEN_INVALID: { status: 422, summary: 'The token is unknown, used or expired.' },
        PASSWORD_TOO_COMMON: passwordTooCommon,
      },
      access: 'public',
      rest: { method: 'POST', path: '/accounts/password-reset/confirm' },
      rateLimit: { max: 60, windowMs: 60_000 },
      timeoutMs: 10_000,
    }),
    checkMailToken: query({
      summary:
        'Returns whether the token of an emailed link still works, so that its page can say so before the customer fills in a form.',
      input: Strict({
        token: Type.String({ minLength: 1, maxLength: 200 }),
        purpose: Type.Union([Type.Literal('verification'), Type.Literal('password reset')]),
      }),
      output: Strict({ works: Type.Boolean() }),
      access: 'internal',
    }),
    issuePasswordResets: command({
      summary:
        'Creates the tokens for stored requests of `requestPasswordReset`, for addresses with an account, and emits `passwordResetRequested` for each. Handles up to 50 requests per call.',
      input: Strict({}),
      output: Strict({ issued: Type.Integer() }),
      access: 'internal',
    }),
    createStaff: command({
      summary:
        'Creates a staff member with an API key, which is returned once. A staff member whose key was revoked gets a new key. For the command line.',
      input: Strict({
        email: TypedEmail,
        name: VisibleLine(200),
        permissions: Type.Array(SingleLine(1, 60), { maxItems: 50 }),
      }),
      output: Strict({ staffId: StaffId, apiKey: Type.String() }),
      secretAnswer: true,
      failures: {
        EMAIL_INVALID: emailInvalid,
        STAFF_EXISTS: { status: 409, summary: 'A staff member with this address has an API key already.' },
      },
      access: 'internal',
    }),
    listStaff: query({
      summary: 'Lists all staff members, including revoked ones. `lastUsedAt` is accurate to the minute.',
      input: Strict({}),
      output: Strict({ items: Type.Array(StaffMember) }),
      access: 'staff:staff.read',
      rest: { method: 'GET', path: '/admin/staff' },
    }),
    revokeStaff: command({
      summary: "Revokes a staff member's API key with immediate effect. A repeat does nothing.",
      input: Strict({ staffId: StaffId }),
      output: Nothing,
      failures: { STAFF_NOT_FOUND: { status: 404, summary: 'No staff member has this id.' } },
      access: 'staff:staff.write',
      rest: { method: 'DELETE', path: '/admin/staff/{staffId}' },
    }),
    deleteExpired: command({
      summary:
        'Deletes expired sessions, tokens, devices and counts of failed attempts, up to 1,000 of each per call.',
      input: Strict({}),
      output: Strict({ deleted: Type.Integer() }),
      access: 'internal',
    }),
  },
  events: {
    accountRegistered: event({
      summary:
        'An account was registered, or registered again more than 10 minutes after it was created, and its address must get an email. `known`: the address has a confirmed account, so the email must not contain the token.',
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
      summary:
        'The token for a requested password reset was created. Only the owner of the mailbox may get it.',
      payload: Strict({ customerId: CustomerId, email: Email, name: Type.String(), token: Type.String() }),
      aggregate: 'customerId',
    }),
  },
})
