"""What pydantic finds wrong, said in sentences that name the key and tell what to write."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.settings.origins import Key, Origins, dotted
from bot.settings.settings import Settings
from bot.settings.values import nearest

SECRETS = frozenset({"database", "token", "api_key", "to"})
"""Names of keys whose value may stand in a file of its own, named by ``KEY_file``."""

_TEXTS = {
    "missing": "is missing; write it, for example {example}.",
    "string_type": 'must be a text; write it in quotes, such as "…".',
    "int_type": "must be a whole number, without quotes.",
    "int_parsing": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "bool_type": "must be true or false, without quotes.",
    "bool_parsing": "must be true or false.",
    "tuple_type": 'must be a list; write it as ["…", "…"].',
    "model_type": "must be a table; write it under a heading [{key}].",
    "literal_error": "is not among the choices; write {expected}.",
    "greater_than_equal": "is too small; write at least {ge}.",
    "less_than_equal": "is too large; write at most {le}.",
    "is_instance_of": 'must be a text; write it in quotes, such as "…".',
}
_EXAMPLES = {
    "url": 'url = "https://example.org/feed.xml"',
    "to": 'to = "telegram:@channel"',
    "query": "query = 'Takaichi OR \"Taiwan Strait\"'",
}


def keys_of(model: type[BaseModel], prefix: Key = ()) -> Iterator[tuple[Key, bool]]:
    """Yield every key that a variable may set, and whether it is a secret."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from keys_of(field.annotation, (*prefix, name))
        else:
            yield (*prefix, name), name in SECRETS


def sentences(error: ValidationError, origins: Origins) -> list[tuple[int, str]]:
    """Return the problems with the lines they stand on."""
    return [
        (origins.line(each["loc"]), f"{origins.place(each['loc'])}: {_say(each)}")
        for each in error.errors(include_url=False, include_input=False)
    ]


def _say(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx", {})
    key = error["loc"]
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return _unknown(key)
    template = _TEXTS.get(error["type"], f"cannot be used: {error['msg']}.")
    example = _EXAMPLES.get(str(key[-1]), f'{key[-1]} = "…"')
    return template.format(
        key=dotted(key), example=example, **{"expected": "", "ge": "", "le": "", **context}
    )


def _unknown(key: Key) -> str:
    known = sorted(_siblings(key))
    if near := nearest(str(key[-1]), known):
        return f'is an unknown key; did you mean "{near}"?'
    return f"is an unknown key; known here are {', '.join(known)}."


def _siblings(key: Key) -> set[str]:
    model: type[BaseModel] = Settings
    for part in key[:-1]:
        if isinstance(part, str):
            model = _inner(model, part)
    names = set(model.model_fields)
    return names | {f"{name}_file" for name in names & SECRETS}


def _inner(model: type[BaseModel], name: str) -> type[BaseModel]:
    """Return the table, or the table in the list, that a key holds."""
    annotation = model.model_fields[name].annotation
    candidates = (annotation, *getattr(annotation, "__args__", ()))
    return next(each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel))
