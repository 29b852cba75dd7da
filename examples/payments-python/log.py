"""JSON log lines with the same members as those of the other processes."""

import json
import sys
from datetime import datetime, timezone

LEVELS = {"debug": 20, "info": 30, "warn": 40, "error": 50, "silent": 100}


class Log:
    def __init__(self, level, **fields):
        self._min_level = LEVELS.get(level, LEVELS["info"])
        self._fields = fields

    def info(self, message, **fields):
        self._write("info", message, fields)

    def warn(self, message, **fields):
        self._write("warn", message, fields)

    def error(self, message, **fields):
        self._write("error", message, fields)

    def _write(self, level, message, fields):
        if LEVELS[level] >= self._min_level:
            now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            line = {"level": level, "time": now, **self._fields, **fields, "msg": message}
            sys.stdout.write(json.dumps(line, default=repr, separators=(",", ":")) + "\n")
            sys.stdout.flush()
