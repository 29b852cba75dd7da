"""Payment intents in the database. The functions that write are called inside a transaction of the writer."""

import time

from rules import BELIEVED_IN


def add_columns(connection):
    """Brings a table that an earlier version made up to `schema.sql`, which makes new ones only."""
    known = {column["name"] for column in connection.execute("pragma table_info(intent)")}
    if "return_url" not in known:
        connection.execute("alter table intent add column return_url text")


def insert_intent(connection, wanted):
    """Records a new intent; one with this id stays as it is."""
    now = time.time()
    connection.execute(
        "insert into intent"
        " (id, order_id, provider, token, amount, currency, capture, return_url, status, created_at, updated_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, 'created', ?, ?) on conflict (id) do nothing",
        (wanted["intentId"], wanted["orderId"], wanted["provider"], wanted["token"], wanted["amount"]["amount"],
         wanted["amount"]["currency"], wanted["capture"], wanted.get("returnUrl"), now, now),
    )


def find_intent(connection, intent_id):
    return connection.execute("select * from intent where id = ?", (intent_id,)).fetchone()


def apply_news(connection, intent_id, news):
    """Writes what a provider said, where the rules believe it.

    Answers the intent as it is then, or None when nothing changed: there is no such intent, or the news is old.
    """
    status = news["status"]
    before = BELIEVED_IN[status]
    return connection.execute(
        "update intent set status = :status,"
        " captured = case when :captures then amount else captured end,"
        " refunded = case when :status = 'refunded' then amount else refunded end,"
        " reference = coalesce(:reference, reference), action_url = :action_url, reason = :reason,"
        " return_url = case when :status = 'requires_action' then return_url end, updated_at = :now"
        f" where id = :id and status in ({', '.join(repr(each) for each in before)}) returning *",
        {
            "id": intent_id,
            "status": status,
            "captures": status in ("succeeded", "refunded"),
            "reference": news.get("reference"),
            "action_url": news.get("actionUrl") if status == "requires_action" else None,
            "reason": news.get("reason"),
            "now": time.time(),
        },
    ).fetchone()


def list_intents(connection, after, limit):
    return connection.execute("select * from intent where id > ? order by id limit ?", (after, limit)).fetchall()


def to_public(row):
    """The part of an intent that other modules see."""
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
