"""The locations of the other modules."""

import threading


class Placement:
    """`initial`: {"version": 1, "modules": {"orders": ["http://127.0.0.1:4140"]}}."""

    def __init__(self, initial):
        self._lock = threading.Lock()
        self.version = initial.get("version", 0)
        self._modules = initial.get("modules", {})

    def origins(self, module):
        return list(self._modules.get(module, []))

    def update(self, placement):
        """Applies a newer placement, and ignores an older one. Raises ValueError for an invalid one."""
        if not isinstance(placement, dict) or not _is_version(placement.get("version")) or not _is_map(placement.get("modules")):
            raise ValueError
        with self._lock:
            if placement["version"] > self.version:
                self.version, self._modules = placement["version"], placement["modules"]


def _is_version(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_map(value):
    return isinstance(value, dict) and all(
        isinstance(origins, list) and all(isinstance(origin, str) for origin in origins) for origins in value.values()
    )
