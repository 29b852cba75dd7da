"""Delivers events to the processes of the modules that react to them: at least once, and in order per aggregate."""

import http.client
import json
import threading
import time
import urllib.parse

BATCH = 100
POLL_S = 1.0
MAX_ATTEMPTS = 8
MAX_BACK_OFF_S = 5.0
TIMEOUT_S = 35
# The consumer is unreachable, and the event is not the cause: these attempts do not count towards MAX_ATTEMPTS.
UNREACHABLE = {421, 429, 502, 503, 504}


class Relay:
    def __init__(self, database, tokens, placement, module, log):
        self._database = database
        self._tokens = tokens
        self._placement = placement
        self._module = module
        self._log = log
        self._stopping = False
        self._threads = {}

    def start(self, consumers):
        """Starts one thread per consumer, so that no consumer delays another."""
        # Events of an earlier run may be for consumers that are no longer subscribed
        remaining = [row[0] for row in self._database.reader().execute("select distinct consumer from outbox")]
        for consumer in {*consumers, *remaining}:
            wake = threading.Event()
            thread = threading.Thread(target=self._run, args=(consumer, wake), name=f"relay {consumer}", daemon=True)
            self._threads[thread] = wake
            thread.start()

    def wake(self):
        for wake in self._threads.values():
            wake.set()

    def stop(self):
        self._stopping = True
        self.wake()
        for thread in self._threads:
            thread.join(5)

    def counts(self):
        """The numbers of undelivered events: (waiting, parked)."""
        row = self._database.reader().execute(
            "select count(*) filter (where parked_at is null), count(parked_at) from outbox"
        ).fetchone()
        return row[0], row[1]

    def _run(self, consumer, wake):
        while not self._stopping:
            wake.clear()
            try:
                full = self._deliver_batch(consumer) == BATCH
            except Exception as error:
                self._log.warn("events cannot be relayed now", consumer=consumer, err=repr(error))
                full = False
            if not full:
                wake.wait(POLL_S)

    def _deliver_batch(self, consumer):
        """Delivers events that are due. An event waits while an earlier one of its aggregate waits for a retry."""
        rows = self._database.reader().execute(
            "select * from outbox as o where consumer = ? and parked_at is null and due_at <= ? and not exists ("
            "  select 1 from outbox as earlier where earlier.consumer = o.consumer"
            "  and earlier.aggregate = o.aggregate and earlier.position < o.position and earlier.parked_at is null"
            "  and earlier.due_at > ?) order by position limit ?",
            (consumer, time.time(), time.time(), BATCH),
        ).fetchall()
        blocked, delivered = set(), []
        for row in rows:
            if row["aggregate"] in blocked or self._stopping:
                continue
            status, detail = self._deliver(consumer, row)
            if status == 204:
                delivered.append((row["position"],))
            else:
                blocked.add(row["aggregate"])
                self._postpone(consumer, row, status, detail)
        if delivered:
            self._database.write(lambda c: c.executemany("delete from outbox where position = ?", delivered), 30)
        return len(rows)

    def _deliver(self, consumer, row):
        """Returns the HTTP status of the consumer's answer, or 0 if it is unreachable, and a detail for the log."""
        event = {
            "id": row["event_id"], "name": row["name"], "aggregate": row["aggregate"],
            "payload": json.loads(row["payload"]),
        }
        body = json.dumps(event).encode()
        caller = {"kind": "system", "name": f"event:{row['name']}"}
        origins = self._placement.origins(consumer)
        status, detail = 0, f'the placement has no location of "{consumer}"'
        for origin in origins:
            headers = {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self._tokens.sign(self._module, f'events:{consumer}', body, caller)}",
                "Pando-Timeout-Ms": str((TIMEOUT_S - 5) * 1000),
            }
            status, detail = _post(origin, f"/events/{consumer}", body, headers)
            if status not in UNREACHABLE and status != 0:
                break
        return status, detail

    def _postpone(self, consumer, row, status, detail):
        is_unreachable = status == 0 or status in UNREACHABLE
        attempts = row["attempts"] + (0 if is_unreachable else 1)
        parked = attempts >= MAX_ATTEMPTS
        self._log.warn(
            "event parked: its consumer refuses it" if parked else "event not accepted, will be retried",
            consumer=consumer, event=row["event_id"], status=status, attempts=attempts, detail=detail[:500],
        )
        now = time.time()
        back_off_s = 0.5 if is_unreachable else min(MAX_BACK_OFF_S, 0.1 * 2**attempts)
        self._database.write(
            lambda c: c.execute(
                "update outbox set attempts = ?, error = ?, due_at = ?, parked_at = ? where position = ?",
                (attempts, detail[:500], now + back_off_s, now if parked else None, row["position"]),
            ),
            30,
        )


def _post(origin, path, body, headers):
    where = urllib.parse.urlsplit(origin)
    connection = http.client.HTTPConnection(where.hostname, where.port or 80, timeout=TIMEOUT_S)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(2000).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, repr(error)
    finally:
        connection.close()
