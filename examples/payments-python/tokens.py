"""The tokens that authenticate calls between processes: JSON Web Tokens, signed with HMAC-SHA256."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time

from failures import failure

MAX_AHEAD_S = 30
MAX_LIFETIME_S = 120
LIFETIME_S = 60
HEADER = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
EMPTY_BODY = base64.urlsafe_b64encode(hashlib.sha256(b"").digest()).rstrip(b"=").decode()


def derive_key(secret, info, length=32):
    """HKDF-SHA256 (RFC 5869) with the salt `pando`."""
    pseudo_random = hmac.digest(b"pando", secret.encode(), "sha256")
    key, block = b"", b""
    while len(key) < length:
        block = hmac.digest(pseudo_random, block + info.encode() + bytes([len(key) // 32 + 1]), "sha256")
        key += block
    return key[:length]


class Tokens:
    """Signs and checks tokens. It remembers used tokens, so that no token is accepted twice."""

    def __init__(self, secret):
        self._key = derive_key(secret, "rpc/v1")
        self._seen = {}
        self._lock = threading.Lock()
        self._sweep_at = 0

    def sign(self, issuer, audience, body, caller):
        now = time.time()
        claims = {
            "iss": issuer, "aud": audience, "iat": now, "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(16), "caller": caller, "body": digest(body),
        }
        signed = HEADER + b"." + _encode(json.dumps(claims).encode())
        return (signed + b"." + _encode(hmac.digest(self._key, signed, "sha256"))).decode()

    def check(self, authorization, audience, body):
        """Returns the claims of a request's token. Raises UNAUTHENTICATED with the reason for an invalid token."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _refused("it has no token")
        claims = self._read(token.strip())
        now = time.time()
        problem = _problem(claims, audience, body, now)
        if problem:
            raise _refused(problem)
        self._remember(claims["jti"], claims["exp"], now)
        return claims

    def _read(self, token):
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        try:
            expected = hmac.digest(self._key, signed.encode("ascii"), "sha256")
            if not hmac.compare_digest(expected, _decode(signature)):
                raise _refused("its signature does not match the secret of this deployment")
            if json.loads(_decode(header)).get("alg") != "HS256":
                raise _refused("its algorithm is not HS256")
            claims = json.loads(_decode(payload))
        except (ValueError, AttributeError, RecursionError):
            raise _refused("it is not a token") from None
        if not isinstance(claims, dict):
            raise _refused("it is not a token")
        return claims

    def _remember(self, jti, exp, now):
        with self._lock:
            if jti in self._seen:
                raise _refused("its token was used before")
            self._seen[jti] = exp
            if now > self._sweep_at:
                self._sweep_at = now + 5
                self._seen = {jti: exp for jti, exp in self._seen.items() if exp >= now}


def digest(body):
    return EMPTY_BODY if not body else _encode(hashlib.sha256(body).digest()).decode()


def _problem(claims, audience, body, now):
    iat, exp, caller = claims.get("iat"), claims.get("exp"), claims.get("caller")
    if not _is_time(iat) or not _is_time(exp):
        return "its token has no valid iat and exp"
    if exp <= now:
        return "its token has expired"
    if iat > now + MAX_AHEAD_S:
        return "its token was issued in the future; compare the clocks of the machines"
    if exp - iat > MAX_LIFETIME_S:
        return f"its token is valid for more than {MAX_LIFETIME_S} s"
    if claims.get("aud") != audience:
        return f'its token is for "{claims.get("aud")}", not for "{audience}"'
    if claims.get("body") != digest(body):
        return "its token is for another body"
    if not isinstance(claims.get("jti"), str) or not claims["jti"]:
        return "its token has no jti"
    if not isinstance(claims.get("iss"), str):
        return "its token has no issuer"
    if "key" in claims and not isinstance(claims["key"], str):
        return "its idempotency key is not a string"
    if not _is_caller(caller):
        return "its token has no valid caller"
    return None


# The members that each kind of caller has, and the type of each.
CALLERS = {
    "guest": {},
    "customer": {"customerId": str, "sessionId": str},
    "staff": {"staffId": str, "permissions": list},
    "system": {"name": str},
}


def _is_caller(caller):
    if not isinstance(caller, dict) or not isinstance(caller.get("bearer", ""), str):
        return False
    kind = caller.get("kind")
    members = CALLERS.get(kind) if isinstance(kind, str) else None
    return members is not None and all(isinstance(caller.get(name), kind_of) for name, kind_of in members.items())


def _is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12


def _refused(reason):
    return failure("UNAUTHENTICATED", f"Cannot accept the request: {reason}")


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(text):
    data = text.encode("ascii")
    return base64.b64decode(data + b"=" * (-len(data) % 4), altchars=b"-_", validate=True)
