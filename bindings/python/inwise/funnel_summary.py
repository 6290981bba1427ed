# SPDX-License-Identifier: MIT
"""What a funnel tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple, Union

from ._record import Extra, Record, no_extra


@dataclass(frozen=True, slots=True)
class TypeCount(Record):
    """Activities of a type that has no field of its own."""

    #: Activities.
    count: int = 0
    #: Distinct contacts among them.
    unique: int = 0
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class FunnelRates(Record):
    """Shares, 0.25 for a quarter; None where the denominator is 0 or less."""

    #: sent - bounces_unique, a count; None where no sent row was added.
    delivered: Optional[int] = None
    #: opens_unique / delivered
    open_rate: Optional[float] = None
    #: clicks_unique / delivered
    click_rate: Optional[float] = None
    #: clicks_unique / opens_unique
    click_to_open_rate: Optional[float] = None
    #: bounces_unique / sent
    bounce_rate: Optional[float] = None
    #: unsubscribes_unique / delivered
    unsubscribe_rate: Optional[float] = None
    #: report_spam_unique / delivered
    spam_rate: Optional[float] = None
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class TimeTo(Record):
    """Seconds from a contact's first mail of a campaign to its first open or click."""

    #: Contacts with both dates.
    contacts: int = 0
    #: The shortest time within which a tenth of them did it.
    p10: int = 0
    p25: int = 0
    #: The median.
    p50: int = 0
    p75: int = 0
    p90: int = 0
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class FunnelSummary(Record):
    """A funnel's counts. sent and undelivered count rows; X counts activities of a type, X_unique distinct contacts among them."""

    _optional = frozenset({"groups"})

    #: emailOpened
    opens: int = 0
    opens_unique: int = 0
    #: emailClicked
    clicks: int = 0
    clicks_unique: int = 0
    sent: int = 0
    undelivered: int = 0
    #: emailBounced
    bounces: int = 0
    bounces_unique: int = 0
    #: emailWebVersion and emailPublicWebVersion
    webversions_unique: int = 0
    #: emailUnsubscribed
    unsubscribes: int = 0
    unsubscribes_unique: int = 0
    #: emailReportSpam
    report_spam: int = 0
    report_spam_unique: int = 0
    #: onSite
    onsite: int = 0
    onsite_unique: int = 0
    #: Every action type that has no field of its own, by its name.
    types: Mapping[str, TypeCount] = no_extra()
    rates: FunnelRates = field(default_factory=FunnelRates)
    #: None where no contact has both dates; in groups of anything but campaigns too.
    time_to_open: Optional[TimeTo] = None
    time_to_click: Optional[TimeTo] = None
    #: With group_by: ascending, rows that don't tell last. None without.
    groups: Optional[Tuple[FunnelGroup, ...]] = None
    #: What a newer library tells beside these. Read-only.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class FunnelGroup(FunnelSummary):
    """The part of a funnel that has something in common."""

    #: What it has in common: the campaign's id, the day ``"2024-09-02"``, the hour ``"2024-09-02 13:00:00"``, the sending source
    #: or the domain. None for rows that don't tell.
    name: Union[int, str, None] = None
    #: Which of these it is: ``"campaign_id"``, ``"day"``, ``"hour"``, ``"sending_source"`` or ``"domain"``.
    by: str = ""

    def as_dict(self) -> Dict[str, Any]:
        """The group as the library's JSON has it, led by its name."""
        members = FunnelSummary.as_dict(self)
        name, by = members.pop("name"), members.pop("by")
        times = () if by == "campaign_id" else ("time_to_open", "time_to_click")
        return {by: name, **{key: value for key, value in members.items() if value is not None or key not in times}}


_NAMES = ("campaign_id", "day", "hour", "sending_source", "domain")


def _group(members: Mapping[str, Any]) -> FunnelGroup:
    by = next((name for name in _NAMES if name in members), "")
    return FunnelGroup._of({**{name: value for name, value in members.items() if name != by}, "name": members.get(by), "by": by})


FunnelSummary._parts = {
    "types": lambda types: Extra((name, TypeCount._of(count)) for name, count in types.items()),
    "rates": FunnelRates._of,
    "time_to_open": TimeTo._of,
    "time_to_click": TimeTo._of,
    "groups": lambda groups: tuple(map(_group, groups)),
}
