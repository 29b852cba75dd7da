"""Executes calls: access, input, deadline, idempotency keys, and failures that the contract declares."""

import hashlib
import hmac
import json
import secrets
import sqlite3
import time

from failures import STATUS, Failure, failure
from handlers import HANDLERS
from ids import new_id
from schema import Schema

KEY_RETENTION_S = 2 * 24 * 3600


class Calls:
    def __init__(self, contract, database, providers, subscribers, log):
        self.name = contract["name"]
        self._methods = {name: _Method(name, spec) for name, spec in contract["methods"].items()}
        unmatched = set(self._methods) ^ set(HANDLERS)
        if unmatched:
            raise ValueError(f"Cannot serve the contract {self.name}: it and handlers.py have different methods: {sorted(unmatched)}")
        self._events = contract.get("events", {})
        self.database = database
        self.providers = providers
        self.subscribers = subscribers
        self.log = log
        # Called after a commit with events
        self.emitted = lambda: None

    def method(self, name):
        method = self._methods.get(name)
        if method is None:
            raise failure("NOT_FOUND", f"Cannot call {self.name}.{name}: the contract has no such method")
        return method

    def execute(self, method, params, claims, timeout_s):
        """Returns the method's output as JSON text. Raises Failure."""
        _check_access(method, claims)
        params, problems = method.input.clean(params)
        if problems:
            first = problems[0]
            raise failure(
                "INVALID_INPUT",
                f"Cannot accept the input of {self.name}.{method.name}: {first['field'] or 'the input'} {first['message']}",
                fields=problems,
            )
        key = _Key(self.name, method, claims, params) if "key" in claims and method.kind == "command" else None
        context = Context(self, method, key, time.monotonic() + timeout_s)
        context.check_deadline()
        return self._answer(method, params, context, key)

    def _answer(self, method, params, context, key):
        try:
            earlier = key and self._stored_answer(key)
            return earlier or json.dumps(HANDLERS[method.name](params, context))
        except Exception as error:
            # Another call with this key may have succeeded while this one ran, and caused its failure
            if key and not (isinstance(error, Failure) and error.code == "IDEMPOTENCY_KEY_REUSED"):
                earlier = self._stored_answer(key)
                if earlier:
                    return earlier
            raise self._to_failure(error, method) from error

    def _stored_answer(self, key):
        row = self.database.reader().execute(
            "select input_hash, answer from idempotency where key = ?", (key.hash,)
        ).fetchone()
        if row is None:
            return None
        if row["input_hash"] != key.input_hash:
            raise failure(
                "IDEMPOTENCY_KEY_REUSED",
                "Cannot use this Idempotency-Key: it was used with another input before. Use a new key for each new request",
            )
        return row["answer"]

    def emit(self, connection, name, payload):
        """Writes one row per module that reacts to the event. Events without consumers are not stored."""
        event_id = new_id("evt")
        for consumer in self.subscribers.get(f"{self.name}.{name}", []):
            connection.execute(
                "insert into outbox (consumer, event_id, name, aggregate, payload) values (?, ?, ?, ?, ?)",
                (consumer, event_id, f"{self.name}.{name}", payload[self._events[name]["aggregate"]], json.dumps(payload)),
            )

    def _to_failure(self, error, method):
        if isinstance(error, Failure) and (error.code in method.failures or error.code in STATUS):
            return error
        if isinstance(error, TimeoutError):
            return _deadline_exceeded(self.name, method)
        if isinstance(error, UnicodeEncodeError):
            return failure(
                "INVALID_INPUT",
                f"Cannot accept the input of {self.name}.{method.name}: it contains a character that cannot be stored",
            )
        trace_id = secrets.token_hex(16)
        self.log.error("internal error", method=f"{self.name}.{method.name}", traceId=trace_id, err=repr(error))
        return failure(
            "INTERNAL",
            f"Cannot answer {self.name}.{method.name}: internal error. The log has the details under the trace id",
            trace_id=trace_id,
        )

    def delete_old_keys(self):
        before = time.time() - KEY_RETENTION_S
        self.database.write(lambda c: c.execute("delete from idempotency where created_at < ?", (before,)), 60)


class Context:
    """The context of one call, for its handler."""

    def __init__(self, calls, method, key, deadline):
        self._calls = calls
        self._method = method
        self._key = key
        self._deadline = deadline
        self.log = calls.log
        self.providers = calls.providers

    def reader(self):
        return self._calls.database.reader()

    def remaining_s(self):
        return max(0, self._deadline - time.monotonic())

    def check_deadline(self):
        if self.remaining_s() <= 0:
            raise _deadline_exceeded(self._calls.name, self._method)

    def fail(self, code, message):
        """Makes a failure that the contract declares."""
        return Failure(code, self._method.failures[code]["status"], message)

    def commit(self, work):
        """Runs work(connection, emit) in one transaction, together with its events and the idempotency record."""
        events = []

        def transaction(connection):
            answer = work(connection, lambda *event: events.append(event))
            for name, payload in events:
                self._calls.emit(connection, name, payload)
            if self._key:
                self._key.store(connection, answer)
            return answer

        answer = self._calls.database.write(transaction, self.remaining_s())
        if events:
            self._calls.emitted()
        return answer


class _Method:
    def __init__(self, name, spec):
        self.name = name
        self.kind = spec["kind"]
        self.access = spec["access"]
        self.failures = spec.get("failures", {})
        self.timeout_s = spec.get("timeoutMs", 5000) / 1000
        self.input = Schema(spec["input"])


class _Key:
    """An idempotency key, scoped to method and caller. It is hashed, because key and caller may contain secrets."""

    def __init__(self, module, method, claims, params):
        scope = f"{module}.{method.name}\n{_scope_of(claims['caller'])}\n{claims['key']}"
        text = json.dumps(params, sort_keys=True)
        self.hash = hashlib.sha256(scope.encode("utf-8", "surrogatepass")).hexdigest()
        self.input_hash = hmac.new(
            claims["key"].encode("utf-8", "surrogatepass"), text.encode(), hashlib.sha256
        ).hexdigest()

    def store(self, connection, answer):
        """Raises sqlite3.IntegrityError, which rolls the transaction back, if another call with this key was faster."""
        connection.execute(
            "insert into idempotency (key, input_hash, answer, created_at) values (?, ?, ?, ?)",
            (self.hash, self.input_hash, json.dumps(answer), time.time()),
        )


def _scope_of(caller):
    match caller["kind"]:
        case "guest":
            return f"bearer:{caller['bearer']}" if caller.get("bearer") else "guest"
        case "customer":
            return f"customer:{caller['customerId']}"
        case "staff":
            return f"staff:{caller['staffId']}"
        case _:
            return "system"


def _check_access(method, claims):
    """Checks the two kinds of access in the contract of payments: public, and internal for other modules."""
    if method.access == "internal" and claims["iss"] == "edge":
        raise failure("FORBIDDEN", f"Cannot call {method.name} from outside: it is for other modules only")


def _deadline_exceeded(module, method):
    return failure(
        "DEADLINE_EXCEEDED",
        f"Cannot answer {module}.{method.name} in time: it may still have been executed",
        retry_after_s=1,
    )
