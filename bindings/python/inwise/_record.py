# SPDX-License-Identifier: MIT
"""What answers are made of: frozen dataclasses that keep what they have no field for."""

from __future__ import annotations

import json
from dataclasses import field, fields
from datetime import date, datetime
from typing import Any, Callable, ClassVar, Dict, FrozenSet, List, Mapping, NoReturn, Tuple, Type, TypeVar

Self = TypeVar("Self", bound="Record")

class Extra(Dict[str, Any]):
    """A dictionary that can't be changed."""

    __slots__ = ()

    def _read_only(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("extra is read-only")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _read_only

    def __reduce__(self) -> Tuple[Type[Extra], Tuple[Dict[str, Any]]]:
        return type(self), (dict(self),)

    def copy(self) -> Dict[str, Any]:
        """A dictionary that can be changed."""
        return dict(self)


#: The extra of all records that have none.
NOTHING = Extra()


def no_extra() -> Any:
    """A dataclass's field that is an empty Extra by default. It can't be hashed, so it is no part of the hash."""
    return field(default_factory=lambda: NOTHING, hash=False)


class Record:
    """The base of all frozen dataclasses here: they have a field "extra", the last."""

    __slots__ = ()

    extra: Mapping[str, Any]

    #: What becomes of the values of some fields; the others' stay as they are.
    _parts: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    #: Fields that JSON leaves out where it has no value for them; the others' is null then.
    _optional: ClassVar[FrozenSet[str]] = frozenset()

    @classmethod
    def _names(cls) -> List[str]:
        return [field.name for field in fields(cls) if field.name != "extra"]  # type: ignore[arg-type]

    @classmethod
    def _decode(cls: Type[Self], text: bytes) -> Self:
        return cls._of(json.loads(text))

    @classmethod
    def _of(cls: Type[Self], members: Mapping[str, Any]) -> Self:
        """Members that are fields, and the others into extra."""
        names, parts = set(cls._names()), cls._parts
        known = {
            name: parts[name](value) if name in parts and value is not None else value
            for name, value in members.items() if name in names}
        extra = Extra((name, value) for name, value in members.items() if name not in names)
        make: Callable[..., Self] = cls
        return make(**known, extra=extra or NOTHING)

    def as_dict(self) -> Dict[str, Any]:
        """All of it under the names that it has in JSON, extra among the rest."""
        values = ((name, _plain(getattr(self, name))) for name in self._names())
        return {**{name: value for name, value in values if value is not None or name not in self._optional}, **self.extra}


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.as_dict()
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(element) for element in value]
    if isinstance(value, Extra):
        return {name: _plain(element) for name, element in value.items()}
    return value
