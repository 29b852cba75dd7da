"""Failures of calls."""


class Failure(Exception):
    """`code` is for programs, `message` for people; `status` is the HTTP status."""

    def __init__(self, code, status, message, *, data=None, fields=None, retry_after_s=None, trace_id=None):
        super().__init__(message)
        self.code = code
        self.status = status
        self.data = data
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.trace_id = trace_id

    def problem(self):
        """The body of the answer, as problem details (RFC 9457)."""
        members = {
            "type": "about:blank",
            "title": self.code,
            "status": self.status,
            "code": self.code,
            "detail": str(self),
            "data": self.data,
            "fields": self.fields,
            "traceId": self.trace_id,
            "retryAfterSeconds": self.retry_after_s,
        }
        return {name: value for name, value in members.items() if value is not None}


STATUS = {
    "INVALID_INPUT": 400,
    "MALFORMED_BODY": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "IDEMPOTENCY_KEY_REUSED": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "MISDIRECTED": 421,
    "INTERNAL": 500,
    "OVERLOADED": 503,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


def failure(code, message, **details):
    """Makes a failure that every method can have without declaring it."""
    return Failure(code, STATUS[code], message, **details)
