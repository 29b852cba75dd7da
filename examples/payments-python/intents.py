"""Payment intents in the database. Functions that write must run in a transaction of the writer."""

import time

from rules import ACCEPTED_IN


def add_columns(connection):
    """Adds columns that an earlier version's table lacks, because `schema.sql` only creates new tables."""
    existing = {column["name"] for column in connection.execute("pragma table_info(intent)")}
    if "return_url" not in existing:
        connection.execute("alter table intent add column return_url text")


def insert_intent(connection, params):
    """Adds an intent. Does nothing if the id exists."""
    now = time.time()
    connection.execute(
        "insert into intent"
        " (id, order_id, provider, token, amount, currency, capture, return_url, status, created_at, updated_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, 'created', ?, ?) on conflict (id) do nothing",
        (params["intentId"], params["orderId"], params["provider"], params["token"], params["amount"]["amount"],
         params["amount"]["currency"], params["capture"], params.get("returnUrl"), now, now),
    )


def find_intent(connection, intent_id):
    return connection.execute("select * from intent where id = ?", (intent_id,)).fetchone()


def apply_report(connection, intent_id, report):
    """Writes a provider's report if the rules accept it.

    Returns the changed intent; None when nothing changed, because the intent is unknown or the report is outdated.
    """
    status = report["status"]
    before = ACCEPTED_IN[status]
    return connection.execute(
        "update intent set status = :status,"
        " captured = case when :captures then amount else captured end,"
        " refunded = case when :status = 'refunded' then amount else refunded end,"
        " reference = coalesce(:reference, reference), action_url = :action_url, reason = :reason,"
        " return_url = case when :status = 'requires_action' then return_url end, updated_at = :now"
        f" where id = :id and status in ({', '.join(repr(name) for name in before)}) returning *",
        {
            "id": intent_id,
            "status": status,
            "captures": status in ("succeeded", "refunded"),
            "reference": report.get("reference"),
            "action_url": report.get("actionUrl") if status == "requires_action" else None,
            "reason": report.get("reason"),
            "now": time.time(),
        },
    ).fetchone()


def list_intents(connection, after, limit):
    return connection.execute("select * from intent where id > ? order by id limit ?", (after, limit)).fetchall()


def to_public(row):
    """The public members of an intent."""
    currency = row["currency"]
    return {
        "id": row["id"],
        "orderId": row["order_id"],
        "provider": row["provider"],
        "amount": {"amount": row["amount"], "currency": currency},
        "status": row["status"],
        "captured": {"amount": row["captured"], "currency": currency},
        "refunded": {"amount": row["refunded"], "currency": currency},
        "actionUrl": row["action_url"],
        "reason": row["reason"],
    }
