"""The methods of the contract. Each handler gets the validated input (`params`) and the call's context."""

from failures import failure
from intents import apply_report, find_intent, insert_intent, list_intents, to_public
from rules import is_closed, outcome_of, stored_outcome
from test_provider import NO_CHARGE, NoAnswer


def create_intent(params, context):
    _known_provider(params["provider"], context, 'Cannot pay with the provider')
    if params["provider"] == "none" and params["amount"]["amount"] != 0:
        raise context.fail("UNKNOWN_PROVIDER", 'Cannot pay with the provider "none": it is for amounts of 0')

    def record(connection, emit):
        insert_intent(connection, params)
        return {}

    return context.commit(record)


def authorize_intent(params, context):
    """A repeat is safe and returns the current state: for a known key the provider answers with the existing charge."""
    intent = _find(params["intentId"], context)
    stored = stored_outcome(intent["status"], intent["reason"])
    if stored:
        return stored
    provider = _provider_of(intent, context)
    try:
        if intent["reference"] is None:
            charge = provider.authorize(intent, context.remaining_s())
        else:
            charge = provider.request("retrieve", intent["id"], context.remaining_s())
    except NoAnswer as error:
        context.log.warn("payment provider did not answer", intentId=intent["id"], detail=str(error))
        context.check_deadline()
        charge = None
    return outcome_of(None if charge == NO_CHARGE else charge)


def record_outcome(params, context):
    intent_id, outcome = params["intentId"], params["outcome"]
    if outcome["status"] == "unknown":
        return {}

    def record(connection, emit):
        if apply_report(connection, intent_id, outcome):
            return {}
        status = _find(intent_id, context, connection)["status"]
        if outcome["status"] in ("succeeded", "authorized") and is_closed(status):
            raise context.fail("INTENT_CLOSED", f'Cannot approve the payment "{intent_id}": it is {status} already')
        return {}

    return context.commit(record)


def capture_intent(params, context):
    intent_id = params["intentId"]
    intent = _find(intent_id, context)
    if intent["status"] == "succeeded":
        return to_public(intent)
    if intent["status"] != "authorized":
        raise context.fail(
            "NOT_CAPTURABLE", f'Cannot capture the payment "{intent_id}": it is {intent["status"]}, not authorized'
        )
    charge = _request(intent, context, "capture", f'Cannot capture the payment "{intent_id}" now')
    if charge == NO_CHARGE or charge["status"] != "succeeded":
        problem = "the provider does not know it" if charge == NO_CHARGE else f'it is {charge["status"]} at the provider'
        raise context.fail("NOT_CAPTURABLE", f'Cannot capture the payment "{intent_id}": {problem}')
    return _record_charge(intent_id, charge, context)


def cancel_intent(params, context):
    """Cancels or refunds according to the provider's records, because an answer may have been lost."""
    intent_id = params["intentId"]
    intent = _find(intent_id, context)
    if is_closed(intent["status"]):
        return to_public(intent)
    action = f'Cannot cancel the payment "{intent_id}" now'
    charge = _request(intent, context, "cancel", action)
    if charge != NO_CHARGE and charge["status"] == "succeeded":
        charge = _request(intent, context, "refund", action)
    if charge == NO_CHARGE or not is_closed(charge["status"]):
        raise _unavailable(f"{action}: the provider neither cancelled nor captured it. Try again")
    return _record_charge(intent_id, {**charge, "reason": charge["reason"] or params["reason"]}, context)


def get_intent(params, context):
    return to_public(_find(params["intentId"], context))


def receive_webhook(params, context):
    """The answer does not reveal whether the intent exists. An outdated report emits no event."""
    provider = _known_provider(params["provider"], context, "Cannot accept a message from the provider")
    try:
        message = provider.verify_webhook(params["rawBody"], params["headers"])
    except ValueError:
        raise context.fail(
            "INVALID_SIGNATURE", "Cannot accept the message: its signature is missing, wrong or older than five minutes"
        ) from None
    if message is None:
        return {}
    key, charge = message

    def record(connection, emit):
        changed = apply_report(connection, key, charge)
        if changed and charge["status"] != "requires_action":
            emit("intentSettled", {"intentId": changed["id"], "orderId": changed["order_id"]})
        return {}

    return context.commit(record)


def complete_test_action(params, context):
    """Decides only at the provider, like a shopper on the bank's page. The shop learns the decision by webhook or polling."""
    intent_id, decision = params["intentId"], params["decision"]
    provider = context.providers.get("test")
    if provider is None:
        raise _not_found(intent_id, context)
    try:
        charge = provider.request("decide", intent_id, context.remaining_s(), decision=decision)
    except NoAnswer as error:
        context.check_deadline()
        raise _unavailable(f'Cannot {decision} the payment "{intent_id}" now: {error}. Try again') from None
    if charge == NO_CHARGE:
        raise _not_found(intent_id, context)
    return {}


def audit_payments(params, context):
    intents = list_intents(context.reader(), params.get("after", ""), params["limit"])
    return {"intents": [to_public(intent) for intent in intents]}


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
        known = ", ".join(known for known in context.providers if known != "none")
        others = f". Use one of these: {known}" if known else ", and no other provider is"
        raise context.fail("UNKNOWN_PROVIDER", f'{action} "{name}": it is not set up{others}')
    return provider


def _provider_of(intent, context):
    """The provider is missing only if the settings changed while payments were in progress."""
    provider = context.providers.get(intent["provider"])
    if provider is None:
        raise RuntimeError(f'the provider "{intent["provider"]}" of the payment "{intent["id"]}" is no longer set up')
    return provider


def _request(intent, context, operation, action):
    try:
        return _provider_of(intent, context).request(operation, intent["id"], context.remaining_s())
    except NoAnswer as error:
        context.check_deadline()
        raise _unavailable(f"{action}: {error}. Try again") from None


def _record_charge(intent_id, charge, context):
    def record(connection, emit):
        return to_public(apply_report(connection, intent_id, charge) or _find(intent_id, context, connection))

    return context.commit(record)


def _unavailable(message):
    return failure("UNAVAILABLE", message, retry_after_s=5)
