"""What the models of all files have in common: frozen, strict, without unknown keys."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from steppewise.scenario.fields import choice


class Strict(BaseModel):
    """Frozen, and without unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def word(*words: str) -> tuple[PlainValidator, WithJsonSchema]:
    """One of some words: how it is checked, and its schema."""
    return PlainValidator(choice(*words)), WithJsonSchema({"enum": list(words)})


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a mapping of this model may hold, as written in files."""
    return tuple(field.alias or name for name, field in model.model_fields.items())
