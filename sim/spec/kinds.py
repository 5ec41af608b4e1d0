"""Models told apart by their `kind`: those shipped, and those that installed packages add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from sim.extensions import Group, check_calls, loaded, refused

Models = dict[str, type[BaseModel]]
TELL = "tell"
"""What puts an added kind on the calendar."""


@dataclass(frozen=True)
class Kinds:
    """Marks a union of models that have a `kind`, to which packages may add.

    What is added is asked for when a scenario is first read, not on import: it may import all of this program.
    """

    group: Group
    bases: tuple[type[BaseModel], ...]
    """What an added kind is a subclass of one of."""
    says: str
    """The function, but for `tell`, by which one says what it does."""

    def __get_pydantic_core_schema__(self, union: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        models = tuple(self.of(union).values())
        return handler.generate_schema(Annotated[Union[models], Field(discriminator="kind")])  # noqa: UP007

    def of(self, union: Any) -> Models:
        """Return the models by their `kind`; raises `sim.errors.ExtensionError` for one that cannot be one of them."""
        found = {kind: model for model in get_args(union) if (kind := kind_of(model))}
        for name, model in loaded(self.group).items():
            if not (isinstance(model, type) and issubclass(model, self.bases)):
                named = " or ".join(base.__name__ for base in self.bases)
                raise refused(self.group, name, f"is no subclass of {named}")
            self._check_tells(name, model)
            if kind_of(model) != name:
                raise refused(self.group, name, f"needs `kind: Literal['{name}']`, as its entry point is called")
            if name in found:
                raise refused(self.group, name, "has the name of a kind that is shipped")
            found[name] = model
        return found

    def _check_tells(self, name: str, model: type[BaseModel]) -> None:
        """Refuse a kind that tells nothing of its own: it would do nothing, whatever its fields say."""
        check_calls(self.group, name, model, {TELL: ("world", "i"), self.says: ()})
        if any(getattr(model, TELL) is getattr(base, TELL) for base in self.bases):
            raise refused(self.group, name, "has no `tell(self, world, i)` of its own, so that it would do nothing")


def kinds(marked: Any) -> Models:
    """Return the models of a union marked with `Kinds`, by their `kind`."""
    union, mark = get_args(marked)
    models: Models = mark.of(union)
    return models


def kind_of(model: type[BaseModel]) -> str:
    """Return the `kind` of a model; nothing of one that has none of its own."""
    field = model.model_fields.get("kind")
    annotation: Any = None if field is None else field.annotation
    return str(get_args(annotation)[0]) if get_origin(annotation) is Literal else ""
