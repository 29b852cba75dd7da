"""Where the other modules are."""

import threading


class Placement:
    """`known`: {"version": 1, "modules": {"orders": ["http://127.0.0.1:4140"]}}."""

    def __init__(self, known):
        self._lock = threading.Lock()
        self.version = known.get("version", 0)
        self._modules = known.get("modules", {})

    def origins(self, module):
        return list(self._modules.get(module, []))

    def update(self, news):
        """Takes a newer placement; an older one changes nothing. Raises ValueError when it is none."""
        if not isinstance(news, dict) or not _is_version(news.get("version")) or not _is_map(news.get("modules")):
            raise ValueError
        with self._lock:
            if news["version"] > self.version:
                self.version, self._modules = news["version"], news["modules"]


def _is_version(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_map(value):
    return isinstance(value, dict) and all(
        isinstance(origins, list) and all(isinstance(origin, str) for origin in origins) for origins in value.values()
    )
