import { ApiError } from '../api-error.ts'

export interface Identity {
  livemode: boolean
  /** A key for browsers. */
  isPublishable: boolean
}

/** The requests that restricted keys may make, by key: regular expressions over verb and path. */
export type KeyRights = Record<string, string[]>

/** Reads the key from `Authorization`. Every key of the right form is accepted; a key in `rights` only for its requests. */
export function authenticate(header: string | undefined, request: string, rights: KeyRights): Identity {
  const key = keyOf(header)
  if (!key)
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  const [, kind, mode] = /^(sk|rk|pk)_(test|live)_[A-Za-z0-9]{8,}$/.exec(key) ?? []
  if (!kind) throw unauthorized(`Invalid API Key provided: ${key.slice(0, 8)}********${key.slice(-4)}`)
  const allowed = rights[key]
  if (allowed && !allowed.some((pattern) => new RegExp(pattern).test(request)))
    throw new ApiError(
      403,
      {
        type: 'invalid_request_error',
        message: `The provided key '${key.slice(0, 8)}*****${key.slice(-4)}' does not have the required permissions for this endpoint (${request}).`,
      },
      { isKept: false },
    )
  return { livemode: mode === 'live', isPublishable: kind === 'pk' }
}

export function refuseBrowsers(): ApiError {
  return new ApiError(
    403,
    {
      type: 'invalid_request_error',
      code: 'secret_key_required',
      message: 'This API call cannot be made with a publishable API key. Please use a secret API key.',
    },
    { isKept: false },
  )
}

function keyOf(header = ''): string {
  const [scheme, value = ''] = header.split(' ')
  if (scheme === 'Bearer') return value
  return scheme === 'Basic' ? Buffer.from(value, 'base64').toString().replace(/:.*$/, '') : ''
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message }, { isKept: false })
}
