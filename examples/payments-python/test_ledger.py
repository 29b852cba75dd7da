"""The behaviour of the provider `test` as a pure function, without clock, network and storage.

A charge is a dictionary with the columns of `test_charge`. Its status is `failing` after the first request with `tok_flaky`.
"""

from ids import new_id


class LedgerResult:
    """`charge`: the charge after the operation, None if it does not exist. `status`: 200; 404 unknown charge; 409 not
    possible in its status; 503 transient failure. `late`: the answer must come after the caller's timeout."""

    def __init__(self, charge, status=200, late=False):
        self.charge = charge
        self.status = status
        self.late = late


def apply_operation(charge, operation):
    """Applies an operation {"do", "key", and "input" or "decision"} to a charge (None: the key is unknown)."""
    do = operation["do"]
    if do == "authorize":
        return _repeat_authorize(charge) if charge else _open(operation["key"], operation["input"])
    if do == "cancel":
        return _cancel(charge) if charge else LedgerResult(_voided_charge(operation["key"]))
    if not charge:
        return LedgerResult(None, 404)
    status = charge["status"]
    if do == "capture":
        if status == "authorized":
            # With "automatic", _approve() captures the amount
            return LedgerResult(_approve({**charge, "capture": "automatic"}))
        return LedgerResult(charge, 200 if status == "succeeded" else 409)
    if do == "refund":
        if status == "succeeded":
            return LedgerResult({**charge, "status": "refunded", "refunded": charge["captured"]})
        return LedgerResult(charge, 200 if status == "refunded" else 409)
    if do == "decide" and status == "requires_action":
        if operation["decision"] == "confirm":
            return LedgerResult(_approve(charge))
        return LedgerResult(_decline(charge, "The payment was refused on the confirmation page"))
    return LedgerResult(charge)


def _open(key, charge_input):
    fresh = {
        "key": key, "reference": new_id("tch"), "token": charge_input["token"], "amount": charge_input["amount"],
        "currency": charge_input["currency"], "capture": charge_input["capture"], "status": "declined", "captured": 0, "refunded": 0,
        "reason": None, "action_url": None,
    }
    match charge_input["token"]:
        case "tok_ok":
            return LedgerResult(_approve(fresh))
        case "tok_timeout":
            return LedgerResult(_approve(fresh), late=True)
        case "tok_flaky":
            return LedgerResult({**fresh, "status": "failing"}, 503)
        case "tok_requires_action":
            return LedgerResult({**fresh, "status": "requires_action", "action_url": charge_input["actionUrl"]})
        case "tok_declined":
            return LedgerResult(_decline(fresh, "The card was declined"))
        case _:
            return LedgerResult(_decline(fresh, "The payment method is not known"))


def _repeat_authorize(charge):
    return LedgerResult(_approve(charge) if charge["status"] == "failing" else charge)


def _cancel(charge):
    if charge["status"] in ("requires_action", "authorized", "failing"):
        return LedgerResult({**charge, "status": "voided", "action_url": None})
    return LedgerResult(charge)


def _voided_charge(key):
    """A voided charge for an unknown key, which makes the key unusable."""
    nothing = {"amount": 0, "currency": "XXX", "token": "", "capture": "manual", "actionUrl": ""}
    return {**_open(key, nothing).charge, "status": "voided"}


def _approve(charge):
    is_captured = charge["capture"] == "automatic"
    return {
        **charge,
        "status": "succeeded" if is_captured else "authorized",
        "captured": charge["amount"] if is_captured else 0,
        "action_url": None,
    }


def _decline(charge, reason):
    return {**charge, "status": "declined", "reason": reason, "action_url": None}
