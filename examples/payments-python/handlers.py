"""The methods of the contract. Each gets its input, checked, and the call's context."""

from failures import failure
from intents import apply_news, find_intent, insert_intent, list_intents, to_public
from rules import is_over, outcome_of, settled_outcome
from test_provider import NO_CHARGE, NoAnswer


def create_intent(wanted, context):
    _known_provider(wanted["provider"], context, 'Cannot pay with the provider')
    if wanted["provider"] == "none" and wanted["amount"]["amount"] != 0:
        raise context.fail("UNKNOWN_PROVIDER", 'Cannot pay with the provider "none": it is for amounts of 0')

    def record(connection, emit):
        insert_intent(connection, wanted)
        return {}

    return context.commit(record)


def authorize_intent(wanted, context):
    """A repeat is safe and tells how it stands now: the provider answers a known key with the charge that it has."""
    intent = _find(wanted["intentId"], context)
    settled = settled_outcome(intent["status"], intent["reason"])
    if settled:
        return settled
    provider = _provider_of(intent, context)
    try:
        if intent["reference"] is None:
            charge = provider.authorize(intent, context.left_s())
        else:
            charge = provider.ask("retrieve", intent["id"], context.left_s())
    except NoAnswer as error:
        context.log.warn("payment provider did not answer", intentId=intent["id"], detail=str(error))
        context.check_deadline()
        charge = None
    return outcome_of(None if charge == NO_CHARGE else charge)


def record_outcome(wanted, context):
    intent_id, outcome = wanted["intentId"], wanted["outcome"]
    if outcome["status"] == "unknown":
        return {}

    def record(connection, emit):
        if apply_news(connection, intent_id, outcome):
            return {}
        status = _find(intent_id, context, connection)["status"]
        if outcome["status"] in ("succeeded", "authorized") and is_over(status):
            raise context.fail("INTENT_CLOSED", f'Cannot take the payment "{intent_id}": it is {status} already')
        return {}

    return context.commit(record)


def capture_intent(wanted, context):
    intent_id = wanted["intentId"]
    intent = _find(intent_id, context)
    if intent["status"] == "succeeded":
        return to_public(intent)
    if intent["status"] != "authorized":
        raise context.fail(
            "NOT_CAPTURABLE", f'Cannot capture the payment "{intent_id}": it is {intent["status"]}, not authorized'
        )
    charge = _ask(intent, context, "capture", f'Cannot capture the payment "{intent_id}" now')
    if charge == NO_CHARGE or charge["status"] != "succeeded":
        raise context.fail(
            "NOT_CAPTURABLE", f'Cannot capture the payment "{intent_id}": the provider does not have it any more'
        )
    return _record_charge(intent_id, charge, context)


def cancel_intent(wanted, context):
    """The provider decides what there is to give back, not our records: an answer may have been lost."""
    intent_id = wanted["intentId"]
    intent = _find(intent_id, context)
    if is_over(intent["status"]):
        return to_public(intent)
    action = f'Cannot cancel the payment "{intent_id}" now'
    charge = _ask(intent, context, "cancel", action)
    if charge != NO_CHARGE and charge["status"] == "succeeded":
        charge = _ask(intent, context, "refund", action)
    if charge == NO_CHARGE or not is_over(charge["status"]):
        raise _unavailable(f"{action}: the provider neither cancelled nor kept it")
    return _record_charge(intent_id, {**charge, "reason": charge["reason"] or wanted["reason"]}, context)


def get_intent(wanted, context):
    return to_public(_find(wanted["intentId"], context))


def receive_webhook(wanted, context):
    """The answer tells nothing of the intent, not even that there is one. Old news wakes nobody."""
    provider = _known_provider(wanted["provider"], context, "Cannot take a message of the provider")
    try:
        message = provider.verify_webhook(wanted["rawBody"], wanted["headers"])
    except ValueError:
        raise context.fail(
            "INVALID_SIGNATURE", "Cannot take the message: its signature is wrong or older than five minutes"
        ) from None
    if message is None:
        return {}
    key, charge = message

    def record(connection, emit):
        changed = apply_news(connection, key, charge)
        if changed and charge["status"] != "requires_action":
            emit("intentSettled", {"intentId": changed["id"], "orderId": changed["order_id"]})
        return {}

    return context.commit(record)


def complete_test_action(wanted, context):
    """It decides at the provider, as a shopper on the bank's page does; the shop learns of it when it asks or is told."""
    intent_id, decision = wanted["intentId"], wanted["decision"]
    provider = context.providers.get("test")
    if provider is None:
        raise _not_found(intent_id, context)
    try:
        charge = provider.ask("decide", intent_id, context.left_s(), decision=decision)
    except NoAnswer as error:
        context.check_deadline()
        raise _unavailable(f'Cannot {decision} the payment "{intent_id}" now: {error}. Try again') from None
    if charge == NO_CHARGE:
        raise _not_found(intent_id, context)
    return {}


def audit_payments(wanted, context):
    intents = list_intents(context.reader(), wanted.get("after", ""), wanted["limit"])
    return {"intents": [to_public(each) for each in intents]}


HANDLERS = {
    "auditPayments": audit_payments,
    "authorizeIntent": authorize_intent,
    "cancelIntent": cancel_intent,
    "captureIntent": capture_intent,
    "completeTestAction": complete_test_action,
    "createIntent": create_intent,
    "getIntent": get_intent,
    "receiveWebhook": receive_webhook,
    "recordOutcome": record_outcome,
}


def _find(intent_id, context, connection=None):
    intent = find_intent(connection or context.reader(), intent_id)
    if intent is None:
        raise _not_found(intent_id, context)
    return intent


def _not_found(intent_id, context):
    return context.fail("INTENT_NOT_FOUND", f'Cannot find the payment "{intent_id}"')


def _known_provider(name, context, action):
    provider = context.providers.get(name)
    if provider is None:
        known = ", ".join(context.providers) or "none"
        raise context.fail("UNKNOWN_PROVIDER", f'{action} "{name}": it is not set up here. Use one of these: {known}')
    return provider


def _provider_of(intent, context):
    """It can be gone only when the shop's settings changed while payments were under way."""
    provider = context.providers.get(intent["provider"])
    if provider is None:
        raise RuntimeError(f'the provider "{intent["provider"]}" of the payment "{intent["id"]}" is not set up any more')
    return provider


def _ask(intent, context, operation, action):
    try:
        return _provider_of(intent, context).ask(operation, intent["id"], context.left_s())
    except NoAnswer as error:
        context.check_deadline()
        raise _unavailable(f"{action}: {error}. Try again") from None


def _record_charge(intent_id, charge, context):
    def record(connection, emit):
        return to_public(apply_news(connection, intent_id, charge) or _find(intent_id, context, connection))

    return context.commit(record)


def _unavailable(message):
    return failure("UNAVAILABLE", message, retry_after_s=5)
