"""The provider `none` of orders that cost nothing: it is only ever given amounts of 0, approves them, and asks nobody."""


class NothingToPay:
    """Answers as TestProvider does."""

    def authorize(self, intent, patience_s):
        return _charge(intent["id"], "succeeded")

    def ask(self, operation, key, patience_s, **more):
        # Nothing was taken, so all of it can be given back at any time.
        return _charge(key, "refunded" if operation in ("cancel", "refund") else "succeeded")

    def verify_webhook(self, raw_body, headers):
        raise ValueError


def _charge(key, status):
    return {"reference": key, "status": status, "actionUrl": None, "reason": None}
