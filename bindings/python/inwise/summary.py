# SPDX-License-Identifier: MIT
"""A campaign's funnel as the service counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Optional, Type

from ._record import NOTHING, Extra, Record, Self, no_extra


@dataclass(frozen=True, slots=True)
class ActivitiesSummary(Record):
    """The service's own counts of a campaign. A count is None where the service doesn't tell it.

    X counts activities of a type, X_unique distinct contacts among them.
    """

    opens: Optional[int] = None
    opens_unique: Optional[int] = None
    clicks: Optional[int] = None
    clicks_unique: Optional[int] = None
    sent: Optional[int] = None
    undelivered: Optional[int] = None
    bounces: Optional[int] = None
    bounces_unique: Optional[int] = None
    webversions_unique: Optional[int] = None
    unsubscribes: Optional[int] = None
    unsubscribes_unique: Optional[int] = None
    report_spam: Optional[int] = None
    report_spam_unique: Optional[int] = None
    onsite: Optional[int] = None
    onsite_unique: Optional[int] = None
    #: What the service tells beside these, and what it tells in their place that is no integer. Read-only.
    extra: Mapping[str, Any] = no_extra()

    @classmethod
    def _of(cls: Type[Self], members: Mapping[str, Any]) -> Self:
        names = set(cls._names())
        counts = {name: value for name, value in members.items() if name in names and type(value) is int}
        rest = ((name, value) for name, value in members.items() if name not in counts and (value is not None or name not in names))
        make: Callable[..., Self] = cls
        return make(**counts, extra=Extra(rest) or NOTHING)

    def as_dict(self) -> Dict[str, Any]:
        """The summary in the service's spelling, without what it doesn't tell."""
        return {name: value for name, value in Record.as_dict(self).items() if value is not None or name in self.extra}
