"""The routes of the internal port: the protocol between processes (docs/protocol.md)."""

import json
import os
import resource
import threading
import time
from datetime import datetime, timezone

from failures import Failure, failure
from http_server import Response

VERSION = "0.1.0"
MAX_RUNNING = 256
HEARTBEAT_S = 5
JSON = [("Content-Type", "application/json")]
PROBLEM = ("Content-Type", "application/problem+json")


class Routes:
    def __init__(self, *, process, replica, contract, calls, database, tokens, placement, relay, log):
        self._process = process
        self._replica = replica
        self._contract = contract
        self._calls = calls
        self._database = database
        self._tokens = tokens
        self._placement = placement
        self._relay = relay
        self._log = log
        self._lock = threading.Lock()
        self._running = 0
        # By method and code. The code of a success is "ok".
        self._answers = {}
        self._seconds = {}
        self._started = time.time()
        self.stopping = False

    def answer(self, request):
        try:
            return self._route(request)
        except Failure as error:
            if error.code == "UNAUTHENTICATED":
                self._log.warn("request refused", path=request.path, detail=str(error))
            return _problem(error)
        except Exception as error:
            self._log.error("request failed", path=request.path, err=repr(error))
            return _problem(failure("INTERNAL", "Cannot answer: internal error. The log has the details"))

    def _route(self, request):
        route = (request.method, *request.path.split("/")[1:])
        match route:
            case ("POST", "rpc", module, method):
                return self._call(request, module, method)
            case ("POST", "events", consumer):
                self._tokens.check(request.headers.get("authorization"), f"events:{consumer}", request.body)
                raise failure("MISDIRECTED", f"Cannot accept the event: this process has no module {consumer}")
            case ("GET", "health", "live"):
                return Response(200, b'{"live":true}', JSON)
            case ("GET", "health", "ready"):
                return self._ready()
            case ("GET", "metrics"):
                return Response(200, self._metrics().encode(), [("Content-Type", "text/plain; version=0.0.4")])
            case ("GET", "status"):
                self._tokens.check(request.headers.get("authorization"), "status", request.body)
                return Response(200, json.dumps(self._status()).encode(), JSON)
            case ("GET", "versions"):
                self._tokens.check(request.headers.get("authorization"), "versions", request.body)
                return Response(200, self._versions(), [("Content-Type", "application/x-ndjson")])
            case ("POST", "placement"):
                return self._place(request)
        raise failure("NOT_FOUND", f"Cannot find {request.method} {request.path}: docs/protocol.md lists the routes")

    def _call(self, request, module, name):
        started = time.monotonic()
        with self._lock:
            self._running += 1
            is_overloaded = self._running > MAX_RUNNING
        code = "ok"
        try:
            claims = self._tokens.check(request.headers.get("authorization"), f"{module}.{name}", request.body)
            if is_overloaded:
                raise failure("OVERLOADED", "Cannot accept more calls now: too many are running", retry_after_s=1)
            if module != self._calls.name:
                raise failure("MISDIRECTED", f"Cannot call {module}.{name}: this process does not have {module}")
            method = self._calls.method(name)
            answer = self._calls.execute(method, _read_json(request), claims, _timeout(request, method))
            return Response(200, answer.encode(), JSON)
        except Failure as error:
            code = error.code
            raise
        finally:
            label = f"{module}.{name}" if code not in ("UNAUTHENTICATED", "NOT_FOUND", "MISDIRECTED") else "none"
            with self._lock:
                self._running -= 1
                self._answers[label, code] = self._answers.get((label, code), 0) + 1
                self._seconds[label] = self._seconds.get(label, 0) + time.monotonic() - started

    def _ready(self):
        if self.stopping:
            return Response(503, b'{"ready":false,"reason":"the service is shutting down"}', JSON)
        try:
            self._database.reader().execute("select 1 from intent limit 1").fetchone()
        except Exception as error:
            return Response(503, json.dumps({"ready": False, "reason": f"the database: {error}"}).encode(), JSON)
        return Response(200, b'{"ready":true}', JSON)

    def _status(self):
        with self._lock:
            total = sum(self._answers.values())
            failed = sum(count for (_, code), count in self._answers.items() if code in ("INTERNAL", "UNAVAILABLE"))
            running = self._running
        return {
            "process": self._process,
            "replica": self._replica,
            "pid": os.getpid(),
            "version": VERSION,
            "startedAt": datetime.fromtimestamp(self._started, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "modules": {self._calls.name: {"contract": str(self._contract["version"])}},
            "requests": {"total": total, "failed": failed, "running": running},
            "placement": self._placement.version,
            "ready": not self.stopping,
        }

    def _versions(self):
        """Yields a line for each commit of this or another process on the database, and a heartbeat every five seconds."""
        line = json.dumps([self._calls.name]).encode() + b"\n"
        version = self._database.wait_for_commit(-1, 0)
        data_version = self._data_version()
        yield b"[]\n"
        beat_at = time.monotonic() + HEARTBEAT_S
        while not self.stopping:
            # Commits of other processes are not signalled, so poll for them
            version_now = self._database.wait_for_commit(version, 0.25)
            data_version_now = self._data_version()
            if (version_now, data_version_now) != (version, data_version):
                version, data_version = version_now, data_version_now
                yield line
            elif time.monotonic() >= beat_at:
                yield b"[]\n"
            else:
                continue
            beat_at = time.monotonic() + HEARTBEAT_S

    def _data_version(self):
        return self._database.reader().execute("pragma data_version").fetchone()[0]

    def _place(self, request):
        self._tokens.check(request.headers.get("authorization"), "placement", request.body)
        try:
            self._placement.update(_read_json(request))
        except ValueError:
            raise failure("INVALID_INPUT", "Cannot read the placement: docs/protocol.md describes its format") from None
        self._relay.wake()
        return Response(204)

    def _metrics(self):
        waiting, parked = self._relay.counts()
        with self._lock:
            answers, seconds = dict(self._answers), dict(self._seconds)
            running = self._running
        return "\n".join([
            "# HELP pando_calls_total Answered calls by method and outcome.",
            "# TYPE pando_calls_total counter",
            *(f'pando_calls_total{{method="{m}",outcome="{code}"}} {count}' for (m, code), count in answers.items()),
            "# HELP pando_call_seconds_total Total duration of calls.",
            "# TYPE pando_call_seconds_total counter",
            *(f'pando_call_seconds_total{{method="{m}"}} {total:.6f}' for m, total in seconds.items()),
            "# HELP pando_calls_running Running calls.",
            "# TYPE pando_calls_running gauge",
            f"pando_calls_running {running}",
            "# HELP pando_events_waiting Events that are not delivered yet.",
            "# TYPE pando_events_waiting gauge",
            f"pando_events_waiting {waiting}",
            "# HELP pando_events_parked Events that are parked, because a consumer refused them eight times.",
            "# TYPE pando_events_parked gauge",
            f"pando_events_parked {parked}",
            "# HELP process_start_time_seconds Start time of the process.",
            "# TYPE process_start_time_seconds gauge",
            f"process_start_time_seconds {self._started:.3f}",
            "# HELP process_max_resident_memory_bytes Maximum resident memory of the process.",
            "# TYPE process_max_resident_memory_bytes gauge",
            f"process_max_resident_memory_bytes {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}",
            "",
        ])


def _read_json(request):
    try:
        return json.loads(request.body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise failure("INVALID_INPUT", "Cannot read the body: it is not JSON", fields=[]) from None


def _refuse_constant(name):
    raise ValueError(name)


def _timeout(request, method):
    """The remaining time of the caller, in seconds. Default: the timeout of the contract."""
    text = request.headers.get("pando-timeout-ms")
    try:
        return method.timeout_s if text is None else min(max(0.0, float(text) / 1000), 3600.0)
    except ValueError:
        return method.timeout_s


def _problem(error):
    headers = [PROBLEM]
    if error.retry_after_s is not None:
        headers.append(("Retry-After", str(error.retry_after_s)))
    if error.status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    return Response(error.status, json.dumps(error.problem()).encode(), headers)
