"""A validator for the part of JSON Schema that the contracts use."""

import re

MAX_PROBLEMS = 20


class Schema:
    """A schema that validates values and removes unknown members."""

    def __init__(self, schema):
        unknown = set(_keywords(schema)) - KNOWN
        if unknown:
            raise ValueError(f"Cannot validate inputs: the contract uses {sorted(unknown)}, which schema.py does not support")
        self._schema = schema

    def clean(self, value):
        """Validates a value and removes unknown members, which a caller with a newer contract may send.

        Returns (value, problems), with each problem as {"field": JSON Pointer, "message": text}.
        """
        problems = []
        cleaned = _clean(self._schema, value, "", problems)
        return cleaned, problems[:MAX_PROBLEMS]


KNOWN = {
    "type", "const", "enum", "anyOf", "properties", "required", "additionalProperties", "patternProperties", "items",
    "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum", "maximum",
    "description", "title", "default", "examples", "$id", "$schema",
}


def _keywords(schema):
    if not isinstance(schema, dict):
        return
    yield from schema
    for name in ("properties", "patternProperties"):
        for part in schema.get(name, {}).values():
            yield from _keywords(part)
    for part in schema.get("anyOf", []):
        yield from _keywords(part)
    for name in ("items", "additionalProperties"):
        yield from _keywords(schema.get(name))


def _clean(schema, value, at, problems):
    if "anyOf" in schema:
        return _clean_any(schema["anyOf"], value, at, problems)
    if "const" in schema and not _same(value, schema["const"]):
        problems.append(_problem(at, f"must be {schema['const']!r}"))
        return value
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        problems.append(_problem(at, f"must be one of {schema['enum']}"))
        return value
    kind = schema.get("type")
    if kind and not IS_TYPE[kind](value):
        problems.append(_problem(at, f"must be {kind}"))
        return value
    if isinstance(value, dict):
        return _clean_object(schema, value, at, problems)
    if isinstance(value, list):
        return _clean_list(schema, value, at, problems)
    if isinstance(value, str):
        _check_text(schema, value, at, problems)
    elif kind in ("integer", "number"):
        _check_number(schema, value, at, problems)
        # JSON has one kind of number: 5.0 is the integer 5
        return int(value) if kind == "integer" else value
    return value


def _clean_any(branches, value, at, problems):
    fewest = None
    for branch in branches:
        found = []
        cleaned = _clean(branch, value, at, found)
        if not found:
            return cleaned
        if fewest is None or len(found) < len(fewest):
            fewest = found
    literals = [branch["const"] for branch in branches if "const" in branch]
    if len(literals) == len(branches):
        fewest = [_problem(at, f"must be one of {', '.join(map(repr, literals))}")]
    problems.extend(fewest)
    return value


def _clean_object(schema, value, at, problems):
    properties = schema.get("properties", {})
    patterns = schema.get("patternProperties", {})
    rest = schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        if name not in value:
            problems.append(_problem(f"{at}/{_escape(name)}", "is missing"))
    cleaned = {}
    for name, member in value.items():
        part = properties.get(name)
        if part is None:
            part = next((p for pattern, p in patterns.items() if _regex(pattern).search(name)), None)
        if part is None and isinstance(rest, dict):
            part = rest
        if part is not None:
            cleaned[name] = _clean(part, member, f"{at}/{_escape(name)}", problems)
        elif rest is not False and not properties:
            cleaned[name] = member
    return cleaned


def _clean_list(schema, value, at, problems):
    if len(value) < schema.get("minItems", 0):
        problems.append(_problem(at, f"must have at least {schema['minItems']} items"))
    if len(value) > schema.get("maxItems", len(value)):
        problems.append(_problem(at, f"must have at most {schema['maxItems']} items"))
    part = schema.get("items")
    if part is None:
        return value
    return [_clean(part, item, f"{at}/{index}", problems) for index, item in enumerate(value)]


def _check_text(schema, value, at, problems):
    # In code points, as in JSON Schema
    length = len(value)
    if length < schema.get("minLength", 0):
        problems.append(_problem(at, f"must not have fewer than {schema['minLength']} characters"))
    elif length > schema.get("maxLength", length):
        problems.append(_problem(at, f"must not have more than {schema['maxLength']} characters"))
    elif "pattern" in schema and not _regex(schema["pattern"]).search(value):
        problems.append(_problem(at, "does not have the expected format"))


def _check_number(schema, value, at, problems):
    if value < schema.get("minimum", value):
        problems.append(_problem(at, f"must be at least {schema['minimum']}"))
    if value > schema.get("maximum", value):
        problems.append(_problem(at, f"must be at most {schema['maximum']}"))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


IS_TYPE = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value == value // 1,
}

_regexes = {}


def _regex(pattern):
    """Converts an ECMA-262 pattern to Python, where `$` would also match before a final line break."""
    if pattern not in _regexes:
        _regexes[pattern] = re.compile(re.sub(r"((?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\\[$])*)\$", r"\1\\Z", pattern))
    return _regexes[pattern]


def _same(a, b):
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def _problem(field, message):
    return {"field": field, "message": message}


def _escape(name):
    return name.replace("~", "~0").replace("/", "~1")
