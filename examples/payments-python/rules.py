"""Which reports about a payment are accepted, and the outcomes of a provider's answers."""

# The statuses in which each report is accepted. Reports come late, repeatedly and out of order, so a status only moves
# forward: every final status can be reached directly from `created`, and only a success can still change, to a refund.
ACCEPTED_IN = {
    "requires_action": ("created",),
    "authorized": ("created", "requires_action"),
    "succeeded": ("created", "requires_action", "authorized"),
    "declined": ("created", "requires_action"),
    "voided": ("created", "requires_action", "authorized"),
    "refunded": ("created", "requires_action", "authorized", "succeeded"),
}

CANCELLED = {"status": "declined", "reason": "The payment was cancelled"}


def is_closed(status):
    """Whether the payment ended without money for the shop."""
    return status in ("declined", "voided", "refunded")


def outcome_of(charge):
    """The outcome of a charge. None (no answer, or an unknown charge) is `unknown`, not a decline."""
    if charge is None:
        return {"status": "unknown"}
    status, reference = charge["status"], {"reference": charge["reference"]}
    if status == "requires_action":
        action = {"actionUrl": charge["actionUrl"]} if charge["actionUrl"] is not None else {}
        return {"status": status, **reference, **action}
    if status == "declined":
        return {"status": status, **reference, "reason": charge["reason"] or "The payment was declined"}
    if status in ("voided", "refunded"):
        return {**CANCELLED, **reference}
    return {"status": status, **reference}


def stored_outcome(status, reason):
    """The outcome for a stored status; None if only the provider knows the outcome."""
    if status in ("created", "requires_action"):
        return None
    if status in ("authorized", "succeeded"):
        return {"status": status}
    if status == "declined":
        return {"status": status, "reason": reason or "The payment was declined"}
    return dict(CANCELLED)
