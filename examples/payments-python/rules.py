"""Which news of a payment is believed, and what a provider's answer means."""

# The statuses in which each piece of news is believed. News comes late, twice and out of order, so it only ever leads
# forward: every end can be reached from `created` at once, and leads nowhere but to a refund.
BELIEVED_IN = {
    "requires_action": ("created",),
    "authorized": ("created", "requires_action"),
    "succeeded": ("created", "requires_action", "authorized"),
    "declined": ("created", "requires_action"),
    "voided": ("created", "requires_action", "authorized"),
    "refunded": ("created", "requires_action", "authorized", "succeeded"),
}

CANCELLED = {"status": "declined", "reason": "The payment was cancelled"}


def is_over(status):
    """Whether the provider keeps no money of this payment and never will."""
    return status in ("declined", "voided", "refunded")


def outcome_of(charge):
    """What the provider said, for whoever asked for the money. A missing answer (None) is no decline."""
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


def settled_outcome(status, reason):
    """What the records tell without asking the provider; None while it has to be asked."""
    if status in ("created", "requires_action"):
        return None
    if status in ("authorized", "succeeded"):
        return {"status": status}
    if status == "declined":
        return {"status": status, "reason": reason or "The payment was declined"}
    return dict(CANCELLED)
