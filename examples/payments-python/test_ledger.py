"""The behaviour of the provider `test`, without its clock, wires and storage.

A charge is a dictionary with the columns of `test_charge`. `failing` is the status of one whose first request broke.
"""

from ids import new_id


class Entry:
    """`charge`: the books after it, None when there is no charge. `status`: 200; 404 no such charge; 409 not possible
    in its status; 503 out of order. `late`: the answer comes later than anybody waits for it."""

    def __init__(self, charge, status=200, late=False):
        self.charge = charge
        self.status = status
        self.late = late


def enter(charge, operation):
    """What becomes of a charge (None: there is none with this key) by {"do", "key", and "order" or "decision"}."""
    do = operation["do"]
    if do == "authorize":
        return _ask_again(charge) if charge else _open(operation["key"], operation["order"])
    if do == "cancel":
        return _cancel(charge) if charge else Entry(_used_up(operation["key"]))
    if not charge:
        return Entry(None, 404)
    status = charge["status"]
    if do == "capture":
        if status == "authorized":
            return Entry(_approve({**charge, "capture": "automatic"}))
        return Entry(charge, 200 if status == "succeeded" else 409)
    if do == "refund":
        if status == "succeeded":
            return Entry({**charge, "status": "refunded", "refunded": charge["captured"]})
        return Entry(charge, 200 if status == "refunded" else 409)
    if do == "decide" and status == "requires_action":
        if operation["decision"] == "confirm":
            return Entry(_approve(charge))
        return Entry(_decline(charge, "The payment was refused on the confirmation page"))
    return Entry(charge)


def _open(key, order):
    fresh = {
        "key": key, "reference": new_id("tch"), "token": order["token"], "amount": order["amount"],
        "currency": order["currency"], "capture": order["capture"], "status": "declined", "captured": 0, "refunded": 0,
        "reason": None, "action_url": None,
    }
    match order["token"]:
        case "tok_ok":
            return Entry(_approve(fresh))
        case "tok_timeout":
            return Entry(_approve(fresh), late=True)
        case "tok_flaky":
            return Entry({**fresh, "status": "failing"}, 503)
        case "tok_requires_action":
            return Entry({**fresh, "status": "requires_action", "action_url": order["actionUrl"]})
        case "tok_declined":
            return Entry(_decline(fresh, "The card was declined"))
        case _:
            return Entry(_decline(fresh, "The payment method is not known"))


def _ask_again(charge):
    return Entry(_approve(charge) if charge["status"] == "failing" else charge)


def _cancel(charge):
    if charge["status"] in ("requires_action", "authorized", "failing"):
        return Entry({**charge, "status": "voided", "action_url": None})
    return Entry(charge)


def _used_up(key):
    """A charge that nobody asked for and nobody can ask for any more."""
    nothing = {"amount": 0, "currency": "XXX", "token": "", "capture": "manual", "actionUrl": ""}
    return {**_open(key, nothing).charge, "status": "voided"}


def _approve(charge):
    taken = charge["capture"] == "automatic"
    return {
        **charge,
        "status": "succeeded" if taken else "authorized",
        "captured": charge["amount"] if taken else 0,
        "action_url": None,
    }


def _decline(charge, reason):
    return {**charge, "status": "declined", "reason": reason, "action_url": None}
