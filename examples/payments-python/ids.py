"""Ids such as `evt_01k3x7…`: 10 characters of time and 16 random characters (layout of the ULID specification)."""

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix):
    ms = int(time.time() * 1000)
    stamp = "".join(ALPHABET[(ms >> shift) & 31] for shift in range(45, -1, -5))
    return f"{prefix}_{stamp}{''.join(ALPHABET[byte & 31] for byte in secrets.token_bytes(16))}"
