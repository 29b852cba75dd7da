"""SQLite with many readers and one writing thread: writes never wait for a lock, and share syncs of the disk.

Only one process may use the database.
"""

import queue
import sqlite3
import threading

MAX_BATCH = 200


def connect(path):
    # No implicit transactions: the writer begins them
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=64)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    # FULL: acknowledged changes survive a power failure, not only a killed process
    connection.execute("pragma synchronous = full")
    connection.execute("pragma busy_timeout = 5000")
    return connection


class Database:
    def __init__(self, path, schema, upgrade):
        self._path = path
        self._local = threading.local()
        self._jobs = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._version = 0
        self._writer = connect(path)
        self._writer.executescript(schema)
        upgrade(self._writer)
        self._thread = threading.Thread(target=self._write_all, name="writer", daemon=True)
        self._thread.start()

    def reader(self):
        """This thread's connection for reading."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path)
        return connection

    def release(self):
        """Closes this thread's connection. Call it before the thread ends."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def write(self, work, timeout_s):
        """Runs work(connection) in a transaction, and returns its result once the transaction is on the disk.

        An exception raised by `work` rolls back only the changes of that `work`. Raises TimeoutError after timeout_s; the work may have been
        executed or not.
        """
        job = _Job(work)
        self._jobs.put(job)
        if not job.done.wait(timeout_s):
            raise TimeoutError
        if job.error is not None:
            raise job.error
        return job.answer

    def wait_for_commit(self, version, timeout_s):
        """Waits up to timeout_s until the version is not `version`, and returns the current version.

        Each batch of writes raises the version, even one that was rolled back.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._version != version, timeout_s)
            return self._version

    def close(self):
        self._jobs.put(None)
        self._thread.join()
        self._writer.close()

    def _write_all(self):
        stopping = False
        while not stopping:
            jobs = [self._jobs.get()]
            while len(jobs) < MAX_BATCH and not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            stopping = None in jobs
            self._write_batch([job for job in jobs if job is not None])

    def _write_batch(self, jobs):
        """Writes all waiting jobs in one transaction, each in its own savepoint."""
        if not jobs:
            return
        connection = self._writer
        try:
            connection.execute("begin immediate")
            for job in jobs:
                connection.execute("savepoint job")
                try:
                    job.answer = job.work(connection)
                except Exception as error:
                    job.error = error
                    connection.execute("rollback to job")
                connection.execute("release job")
            connection.execute("commit")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("rollback")
            for job in jobs:
                job.error = error
        with self._changed:
            self._version += 1
            self._changed.notify_all()
        for job in jobs:
            job.done.set()


class _Job:
    __slots__ = ("work", "answer", "error", "done")

    def __init__(self, work):
        self.work = work
        self.answer = None
        self.error = None
        self.done = threading.Event()
