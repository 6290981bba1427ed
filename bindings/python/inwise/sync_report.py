# SPDX-License-Identifier: MIT
"""What a sync did, as a certificate of completeness, and how one goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Callable, Mapping, Optional, Tuple, Type

from ._record import Extra, Record, no_extra
from ._row import moment
from .summary import ActivitiesSummary


def _each(kind: Type[Record]) -> Callable[[Any], Tuple[Record, ...]]:
    return lambda values: tuple(map(kind._of, values))


@dataclass(frozen=True, slots=True)
class SyncProgress(Record):
    """How a sync goes; what does not apply is None."""

    _optional = frozenset({"method", "campaign_id", "date_from", "date_to", "share", "seconds_left"})
    _parts = {"date_from": moment, "date_to": moment}

    #: ``"waiting"`` (for another sync), ``"recent"`` (a feed is read), ``"rows"`` (a window of dates is read), ``"index"`` (the first
    #: fill's end) or ``"audit"``.
    step: str = ""
    method: Optional[str] = None
    campaign_id: Optional[int] = None
    date_from: Optional[datetime] = None
    date_to: Optional[datetime] = None
    #: Rows that came, of the whole sync so far.
    rows: int = 0
    #: Those of them that the mirror did not have.
    new: int = 0
    #: Answers with rows.
    pages: int = 0
    #: How much of the rows' time range is done, 0 to 1.
    share: Optional[float] = None
    #: Since the sync began.
    seconds: float = 0.0
    #: An estimate from the share.
    seconds_left: Optional[float] = None
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncCounts(Record):
    """What became of the rows of some windows."""

    #: Rows that the mirror had before, and that must come again; None of a window where they were not counted.
    expected: Optional[int] = 0
    #: Rows that came.
    fetched: int = 0
    #: Those of them that the mirror did not have.
    new: int = 0
    #: Those that it had.
    repeated: int = 0
    #: New ones dated where all had been read before.
    late: int = 0
    #: Repeated ones that came with other values.
    repaired: int = 0
    #: Expected ones that did not come; None of a window that was not read to its end.
    absent: Optional[int] = 0
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncWindow(SyncCounts):
    """A range of dates that was read, or is still to be."""

    _optional = frozenset({"action_type", "problem"})
    _parts = {"date_from": moment, "date_to": moment, "reason": tuple}

    #: The method that it is read with.
    method: Optional[str] = None
    date_from: Optional[datetime] = None
    #: None where the window has no end.
    date_to: Optional[datetime] = None
    #: None for all campaigns.
    campaign_id: Optional[int] = None
    #: Of an audit's window: the one type of activities that it is about.
    action_type: Optional[str] = None
    #: One or more of ``"fill"``, ``"newer"``, ``"late"``, ``"gap"`` and ``"audit"``.
    reason: Tuple[str, ...] = ()
    #: Whether it was read to its end.
    done: bool = False
    #: Why a pending window could not be read, where there was a problem.
    problem: Optional[str] = None


@dataclass(frozen=True, slots=True)
class SyncFeed(Record):
    """What a recent feed gave."""

    #: Answers that came.
    answers: int = 0
    #: Rows in them.
    rows: int = 0
    #: Those that the mirror did not have.
    new: int = 0
    #: Answers that may have been consumed and did not arrive: gaps.
    lost: int = 0
    #: Whether the service has this feed.
    available: bool = False
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncMethod(SyncCounts):
    """What came of a method: the counts are those of its windows."""

    _optional = frozenset({"recent"})
    _parts = {"recent": SyncFeed._of, "windows": _each(SyncWindow)}

    #: Its recent feed, which counts for itself.
    recent: Optional[SyncFeed] = None
    windows: Tuple[SyncWindow, ...] = ()

    @property
    def new_rows(self) -> int:
        """Rows that the mirror did not have, of the windows and the feed."""
        return self.new + (self.recent.new if self.recent else 0)


@dataclass(frozen=True, slots=True)
class SyncGap(Record):
    """An answer of a recent feed that may have been consumed and did not arrive."""

    _parts = {"noticed": moment, "date_from": moment}

    id: Optional[int] = None
    #: ``"recentActivities"``, ``"recentSentEmails"`` or ``"recentUndelivered"``.
    method: Optional[str] = None
    #: When, on the mirror's clock.
    noticed: Optional[datetime] = None
    #: In words.
    reason: Optional[str] = None
    #: The newest date known before it.
    date_from: Optional[datetime] = None
    #: Whether all that it may have held has been read again.
    healed: bool = False
    #: New rows of the windows that healed it.
    recovered: int = 0
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class AuditDifference(Record):
    """A count of a campaign in which mirror and service differed at first."""

    #: Its name in the summary, for example ``"opens_unique"``.
    field: str = ""
    #: As the service counts it.
    service: Optional[int] = None
    #: What the mirror's rows added up to at first.
    mirror: Optional[int] = None
    #: What they add up to in the end.
    found: Optional[int] = None
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class CampaignAudit(Record):
    """A campaign's own summary, held against what the mirror's rows add up to."""

    _parts = {
        "service": ActivitiesSummary._of, "mirror": ActivitiesSummary._of, "differences": _each(AuditDifference),
        "days": lambda days: tuple(map(date.fromisoformat, days))}

    campaign_id: Optional[int] = None
    #: Whether they agree in the end.
    equal: bool = False
    #: As the service counts.
    service: Optional[ActivitiesSummary] = None
    #: As the mirror's rows add up.
    mirror: Optional[ActivitiesSummary] = None
    #: The counts that differed at first.
    differences: Tuple[AuditDifference, ...] = ()
    #: The days where rows were found again.
    days: Tuple[date, ...] = ()
    #: These rows.
    recovered: int = 0
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncAudit(Record):
    """The audit of a sync."""

    _parts = {"campaigns": _each(CampaignAudit)}

    #: Campaigns that were looked at.
    checked: int = 0
    #: Those that agree in the end.
    equal: int = 0
    campaigns: Tuple[CampaignAudit, ...] = ()
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncWebhooks(Record):
    """Events of webhooks, whose rows count as long as the service's own have not come. They are in no other number of the report."""

    _parts = {"oldest": moment, "campaigns": tuple}

    #: Those whose rows came with this sync.
    confirmed: int = 0
    #: Those whose rows the service has not given yet.
    unconfirmed: int = 0
    #: The time of the oldest one of these.
    oldest: Optional[datetime] = None
    #: Their campaigns.
    campaigns: Tuple[int, ...] = ()
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SyncReport(Record):
    """What a sync did, as a certificate of completeness."""

    _parts = {
        "methods": lambda methods: Extra((name, SyncMethod._of(method)) for name, method in methods.items()),
        "gaps": _each(SyncGap), "audit": SyncAudit._of, "webhooks": SyncWebhooks._of, "pending": _each(SyncWindow), "notes": tuple}

    #: It came to its end, nothing is pending, no gap is open, and no campaign that was to be audited differs.
    complete: bool = False
    #: ``"max_seconds"`` or ``"progress"``; None if the sync came to its end.
    stopped: Optional[str] = None
    seconds: float = 0.0
    #: HTTP requests, repeats included.
    requests: int = 0
    #: Repeats of requests.
    retries: int = 0
    #: Of the answers, decompressed.
    bytes: int = 0
    #: Answers with rows.
    pages: int = 0
    #: By ``"sentEmails"``, ``"undelivered"`` and ``"activities"``. Read-only.
    methods: Mapping[str, SyncMethod] = no_extra()
    #: Those found or healed by this sync, and those still open.
    gaps: Tuple[SyncGap, ...] = ()
    audit: Optional[SyncAudit] = None
    webhooks: Optional[SyncWebhooks] = None
    #: What is still to be read.
    pending: Tuple[SyncWindow, ...] = ()
    #: Sentences for a person.
    notes: Tuple[str, ...] = ()
    #: What a newer library tells beside these. Read-only.
    extra: Mapping[str, Any] = no_extra()

    @property
    def new_rows(self) -> int:
        """Rows that the mirror did not have, of all methods and feeds."""
        return sum(method.new_rows for method in self.methods.values())
