"""The built-in payment provider `test`. It moves no money and can simulate every answer of a provider."""

import hashlib
import hmac
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

from rules import ACCEPTED_IN
from test_ledger import apply_operation

SIGNATURE_HEADER = "pando-test-signature"
TOLERANCE_S = 5 * 60
ATTEMPTS = 2
RETRY_WAIT_S = 0.1
# The webhook for a late answer arrives after the timeout, as from a real provider.
AFTER_TIMEOUT_S = 0.25
NO_CHARGE = "no charge"


class NoAnswer(Exception):
    """The request timed out, was cut off or failed with a server error, so it may have been executed or not."""


class TestProvider:
    """Each call returns a charge or NO_CHARGE, or raises NoAnswer, within `timeout_s`, and can be repeated safely.

    A charge is {"reference", "status", "actionUrl", "reason"}. The key of a charge is the intent's id.
    """

    def __init__(self, service, *, timeout_s, webhook_key, public_url):
        self._service = service
        self._timeout_s = timeout_s
        self._webhook_key = webhook_key
        self._public_url = public_url

    def authorize(self, intent, timeout_s):
        return_url = intent["return_url"]
        query = "" if return_url is None else f"?return={urllib.parse.quote(return_url, safe='')}"
        charge_input = {
            "amount": intent["amount"], "currency": intent["currency"], "token": intent["token"],
            "capture": intent["capture"], "actionUrl": f"{self._public_url}/payments/test/{intent['id']}{query}",
        }
        return self._request({"do": "authorize", "key": intent["id"], "input": charge_input}, timeout_s)

    def request(self, operation, key, timeout_s, **more):
        """`operation`: retrieve, capture, cancel, refund, or decide with `decision`."""
        return self._request({"do": operation, "key": key, **more}, timeout_s)

    def verify_webhook(self, raw_body, headers):
        """Returns (key, charge) of a signed message; None for other subjects. Raises ValueError for a wrong signature."""
        parts = re.fullmatch(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", headers.get(SIGNATURE_HEADER, ""))
        if not parts:
            raise ValueError
        expected = _signature(raw_body.encode("utf-8", "surrogatepass"), self._webhook_key, parts[1])
        if not hmac.compare_digest(expected, parts[2]) or abs(time.time() - int(parts[1])) > TOLERANCE_S:
            raise ValueError
        message = _read_message(raw_body)
        return message and (message["key"], _to_charge(message))

    def _request(self, operation, timeout_s):
        """Sends a request, and retries it once when it fails. The key makes that safe."""
        until = time.monotonic() + min(self._timeout_s, timeout_s)
        for attempt in range(ATTEMPTS):
            if attempt > 0:
                time.sleep(RETRY_WAIT_S)
            try:
                status, message = self._service(operation, until)
            except TimeoutError:
                raise NoAnswer(f"no answer within {self._timeout_s:g} s") from None
            except (OSError, http.client.HTTPException) as error:
                status, message, detail = 0, None, repr(error)
            else:
                detail = f"the provider answered {status}"
            if status == 404:
                return NO_CHARGE
            if message:
                return _to_charge(message)
        raise NoAnswer(detail)


class LocalService:
    """The test provider inside this service, with its own charges in the table `test_charge`."""

    def __init__(self, database, *, timeout_s, webhook_key, public_url, stopping):
        self._database = database
        self._timeout_s = timeout_s
        self._webhook_key = webhook_key
        self._webhook_url = f"{public_url}/api/v1/payments/webhooks/test"
        self._stopping = stopping

    def __call__(self, operation, until):
        result, changed = self._database.write(
            lambda connection: _execute(connection, operation), max(0, until - time.monotonic())
        )
        if changed and (result.late or operation["do"] == "decide"):
            self._send_later(_to_message(result.charge), late=result.late)
        if result.late:
            self._stopping.wait(max(0, until - time.monotonic()))
            raise TimeoutError
        return result.status, _to_message(result.charge) if result.status in (200, 409) else None

    def _send_later(self, message, late):
        # A lost webhook is not retried: the workflow of the order polls the payment as well
        timer = threading.Timer(self._timeout_s + AFTER_TIMEOUT_S if late else 0, self._send, (message,))
        timer.daemon = True
        timer.start()

    def _send(self, message):
        body = json.dumps(message).encode()
        seconds = int(time.time())
        headers = {
            "content-type": "application/json",
            SIGNATURE_HEADER: f"t={seconds},v1={_signature(body, self._webhook_key, seconds)}",
        }
        request = urllib.request.Request(self._webhook_url, body, headers, method="POST")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except (OSError, http.client.HTTPException):
            pass


class RemoteService:
    """The test provider as a separate service at `url`."""

    def __init__(self, url):
        self._base = url.rstrip("/")

    def __call__(self, operation, until):
        key = urllib.parse.quote(operation["key"], safe="")
        body = {"authorize": operation.get("input"), "decide": {"decision": operation.get("decision")}}
        request = urllib.request.Request(
            f"{self._base}/charges/{key}/{operation['do']}",
            json.dumps(body.get(operation["do"]) or {}).encode(),
            {"content-type": "application/json"},
            method="POST",
        )
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            with urllib.request.urlopen(request, timeout=left) as answer:
                return answer.status, _read_message(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read_message(error.read().decode()) if error.code < 500 else None
        except urllib.error.URLError as error:
            raise error.reason if isinstance(error.reason, OSError) else error


COLUMNS = ("key", "reference", "token", "amount", "currency", "capture", "status", "captured", "refunded", "reason", "action_url")


def _execute(connection, operation):
    row = connection.execute("select * from test_charge where key = ?", (operation["key"],)).fetchone()
    charge = dict(row) if row else None
    result = apply_operation(charge, operation)
    changed = result.charge is not None and result.charge is not charge
    if changed:
        connection.execute(
            f"insert or replace into test_charge ({', '.join(COLUMNS)}) values ({', '.join(':' + c for c in COLUMNS)})",
            result.charge,
        )
    return result, changed


def _to_message(charge):
    """The message about a charge; None while it is `failing`."""
    if charge["status"] == "failing":
        return None
    return {
        "key": charge["key"], "reference": charge["reference"], "status": charge["status"],
        "actionUrl": charge["action_url"], "reason": charge["reason"],
    }


def _read_message(text):
    try:
        message = json.loads(text)
        is_valid = (
            isinstance(message["key"], str) and isinstance(message["reference"], str)
            and message["status"] in ACCEPTED_IN
            and all(message[name] is None or isinstance(message[name], str) for name in ("actionUrl", "reason"))
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return message if is_valid else None


def _to_charge(message):
    return {name: message[name] for name in ("reference", "status", "actionUrl", "reason")}


def _signature(body, key, seconds):
    return hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
