# SPDX-License-Identifier: MIT
"""How the service's rows become typed ones: the rules are those of Tests/Vectors/README.md.

A field takes what fits it. What doesn't, and what there is no field for, goes to extra as it came: nothing is lost.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields, make_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Callable, ClassVar, Dict, List, Mapping, Optional, Tuple, Type, TypeVar, Union

from ._record import NOTHING, Extra, Record
from .errors import ArgumentError, ProtocolError

R = TypeVar("R", bound="Row")

_INTEGER = re.compile("0|-?[1-9][0-9]*")
_LIMIT = 2**63
#: What stands between the digits of "2024-09-02 13:59:00", which is every third character from the fifth on.
_BETWEEN = ("-- ::", "--T::")


def integer(value: Any) -> Optional[int]:
    """An integer, or a text that is one, within 64 bits."""
    if type(value) is str and len(value) <= 20 and _INTEGER.fullmatch(value):
        value = int(value)
    return value if type(value) is int and -_LIMIT <= value < _LIMIT else None


def moment(value: Any) -> Optional[datetime]:
    """"YYYY-MM-DD HH:MM:SS", with a T between, or a day alone. datetime takes more forms than these, and some newer Python's
    takes hour 24."""
    try:
        if type(value) is not str:
            return None
        if len(value) == 19 and value[4::3] in _BETWEEN:
            time = datetime.fromisoformat(value)
            return time if time.hour or value[11:13] == "00" else None
        if len(value) == 10 and value[4::3] == "--":
            return datetime.fromisoformat(value)
    except ValueError:
        pass
    return None


def text(value: Any) -> Optional[str]:
    """A text, or an integer's digits."""
    return value if type(value) is str else str(value) if type(value) is int else None


@lru_cache(maxsize=None)
def _draft(cls: Type[Row]) -> Callable[..., Any]:
    """A class with the same slots that isn't frozen. A frozen dataclass sets each field by object.__setattr__, which takes three
    times as long as to make one of these and turn it into the other."""
    return make_dataclass(cls.__name__, [field.name for field in fields(cls)], bases=(Row,), slots=True)  # type: ignore[arg-type]


def _extra(row: Mapping[str, Any], names: Tuple[str, ...]) -> Extra:
    return Extra((name, value) for name, value in row.items() if name not in names) or NOTHING


Take = Callable[[Any], Union[int, str, datetime, None]]


class Row(Record):
    """A row of the service. Its second field is its date, a naive datetime: the service's wall clock, whose zone nobody tells."""

    __slots__ = ()

    #: The method whose answer such rows are, as the library names it.
    _method: ClassVar[str]
    #: The fields and what each of them takes, in their order.
    _takes: ClassVar[Dict[str, Take]]
    #: The types of the fields of rows seen so far that are as documented, and how many of them are not None. There can't be
    #: more than two types to a field.
    _shapes: ClassVar[Dict[Tuple[type, ...], int]]

    @classmethod
    def from_dict(cls: Type[R], row: Mapping[str, Any]) -> R:
        """A row as the service writes it, by the same rules as those that a client gives.

        >>> Activity.from_dict({"id": "56", "action_date": "2024-09-02T10:00:00", "score": 1})
        Activity(id=56, action_date=datetime.datetime(2024, 9, 2, 10, 0), action_type=None, campaign_id=None, contact_id=None, external_id=None, ip=None, remarks=None, additional_data=None, extra={'score': 1})
        """
        values: List[Any] = []
        kept = {name: value for name, value in row.items() if name not in cls._takes}
        for name, take in cls._takes.items():
            given = row.get(name)
            value = None if given is None else take(given)
            if value is None and given is not None:
                kept[name] = given
            values.append(value)
        make: Callable[..., R] = cls
        return make(*values, Extra(kept) if kept else NOTHING)

    @classmethod
    def _decode_page(cls: Type[R], page: bytes) -> List[R]:
        """The rows of a page. Those with all fields as documented, which is to say nearly all, take a short way."""
        try:
            dicts = json.loads(page)
        except RecursionError:
            raise ProtocolError(
                "The rows are nested deeper than Python reads. The same rows come again with the next call: raise"
                " sys.setrecursionlimit to 5000 before it, or walk json_pages().", {"method": cls._method}) from None
        names, shapes = tuple(cls._takes), cls._shapes
        kind: Any = cls
        draft = _draft(kind)
        rows: List[R] = []
        for row in dicts:
            values = list(map(row.get, names))
            shape = tuple(map(type, values))
            present = shapes.get(shape) or cls._learn(shape)
            given = values[1]
            values[1] = moment(given)
            if present is None or (values[1] is None and given is not None):
                rows.append(cls.from_dict(row))
                continue
            made = draft(*values, NOTHING if present == len(row) else _extra(row, names))
            made.__class__ = cls
            rows.append(made)
        return rows

    @classmethod
    def _learn(cls, shape: Tuple[type, ...]) -> Optional[int]:
        documented = (int if take is integer else str for take in cls._takes.values())
        if not all(found in (expected, type(None)) for found, expected in zip(shape, documented)):
            return None
        return cls._shapes.setdefault(shape, len(shape) - shape.count(type(None)))

    def _identity(self, method: str) -> int:
        """The id of a row that a recent method gave."""
        name, kind = next(iter(self._takes)), type(self).__name__
        identity: Optional[int] = getattr(self, name)
        if method != f"recent{self._method[0].upper()}{self._method[1:]}":
            raise ArgumentError(f'"through" is a row of "{self._method}" ({kind}), not of "{method}".', {"parameter": "through"})
        if identity is None:
            raise ArgumentError(f'"through" is a row without "{name}", by which rows are known here.', {"parameter": "through"})
        return identity

    def as_dict(self) -> Dict[str, Any]:
        """The row in the service's spelling, with all its fields and what is in extra, ready for JSON: dates are text again."""
        row = {name: getattr(self, name) for name in self._takes}
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = value.isoformat(" ")
        return {**row, **self.extra}
