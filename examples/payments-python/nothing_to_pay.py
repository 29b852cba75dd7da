"""The provider `none` for free orders. It gets amounts of 0 only, and approves them without an external request."""


class NothingToPay:
    """Has the methods of TestProvider."""

    def authorize(self, intent, timeout_s):
        return _charge(intent["id"], "succeeded")

    def request(self, operation, key, timeout_s, **more):
        # No money was taken, so a refund is possible in any state
        return _charge(key, "refunded" if operation in ("cancel", "refund") else "succeeded")

    def verify_webhook(self, raw_body, headers):
        raise ValueError


def _charge(key, status):
    return {"reference": key, "status": status, "actionUrl": None, "reason": None}
