#!/usr/bin/env python3
"""Payments as a service in Python that replaces modules/payments in a topology. Needs the standard library only."""

import faulthandler
import json
import os
import signal
import sys
import threading
from pathlib import Path

from calls import Calls
from database import Database
from http_server import HttpServer
from intents import add_columns
from log import Log
from nothing_to_pay import NothingToPay
from outbox import Relay
from placement import Placement
from routes import Routes
from test_provider import RemoteService, LocalService, TestProvider
from tokens import Tokens, derive_key

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parent.parent / "docs" / "contracts" / "payments.json"
STOP_TIMEOUT_S = 10
CLEANING_S = 3600


def main(environment):
    # `kill -USR1` prints what each thread does
    faulthandler.register(signal.SIGUSR1)
    process = environment.get("PANDO_PROCESS", "payments")
    log = Log(environment.get("PANDO_LOG", "info"), process=process)
    secret, port = _required(environment, "PANDO_SECRET"), _required(environment, "PANDO_PORT_INTERNAL")
    if not port.isdecimal() or int(port) > 65535:
        raise SystemExit(f"Cannot listen on PANDO_PORT_INTERNAL={port}: use a number from 0 to 65535")
    if environment.get("PANDO_REPLICA", "0") != "0":
        raise SystemExit("Cannot start a second replica, nor a new one next to the old one: all data are in one SQLite file. Set one replica in the topology. To replace the process, end it, and the supervisor starts it again")
    contract = json.loads(Path(environment.get("PANDO_CONTRACT", CONTRACT)).read_text())
    folder = Path(environment.get("PANDO_DATA", ".pando"))
    folder.mkdir(parents=True, exist_ok=True)
    stopping = threading.Event()
    database = Database(folder / f"{process}.sqlite", (HERE / "schema.sql").read_text(), add_columns)
    providers = _providers(environment, secret, database, stopping)
    subscribers = json.loads(environment.get("PANDO_SUBSCRIBERS", "{}"))
    tokens = Tokens(secret)
    placement = Placement(json.loads(environment.get("PANDO_PLACEMENT", "{}")))
    calls = Calls(contract, database, providers, subscribers, log)
    relay = Relay(database, tokens, placement, contract["name"], log)
    calls.emitted = relay.wake
    routes = Routes(
        process=process, replica=0, contract=contract, calls=calls, database=database, tokens=tokens,
        placement=placement, relay=relay, log=log,
    )
    try:
        server = HttpServer(environment.get("PANDO_LISTEN", "127.0.0.1"), int(port), routes.answer, database.release)
    except OSError as error:
        raise SystemExit(f"Cannot listen on port {port}: {error.strerror}") from None
    threading.Thread(target=server.serve, name="accept", daemon=True).start()
    relay.start({consumer for consumers in subscribers.values() for consumer in consumers})
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if environment.get("PANDO_SUPERVISED") == "yes":
        # Stop with the supervisor, which holds the other end of stdin
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), stopping.set()), name="parent watch", daemon=True).start()
    log.info("ready", port=server.port, contract=contract["version"])

    while not stopping.wait(CLEANING_S):
        calls.delete_old_keys()
    routes.stopping = True
    server.stop(STOP_TIMEOUT_S)
    relay.stop()
    database.close()
    log.info("stopped")


def _providers(environment, secret, database, stopping):
    if environment.get("PANDO_TEST_PAYMENTS") == "off":
        return {"none": NothingToPay()}
    timeout_s = int(environment.get("PANDO_PAYMENT_TIMEOUT_MS") or 8000) / 1000
    hex_key = environment.get("PANDO_TEST_PROVIDER_KEY")
    webhook_key = bytes.fromhex(hex_key) if hex_key else derive_key(secret, "payments/payments: webhooks of the test provider")
    public_url = environment.get("PANDO_PUBLIC_URL", "http://localhost:4000").rstrip("/")
    url = environment.get("PANDO_TEST_PROVIDER_URL")
    service = RemoteService(url) if url else LocalService(
        database, timeout_s=timeout_s, webhook_key=webhook_key, public_url=public_url, stopping=stopping
    )
    return {"none": NothingToPay(), "test": TestProvider(service, timeout_s=timeout_s, webhook_key=webhook_key, public_url=public_url)}


def _required(environment, name):
    if not environment.get(name):
        raise SystemExit(f"Cannot start: {name} is not set. A topology's supervisor sets it; README.md shows how to start the service by hand")
    return environment[name]


if __name__ == "__main__":
    main(os.environ)
    # Do not wait for threads, such as those of late answers
    sys.stdout.flush()
    os._exit(0)
