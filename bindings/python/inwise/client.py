# SPDX-License-Identifier: MIT
"""The client."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from ._arguments import When
from ._source import Source
from .rows import Activity, SentEmail, UndeliveredEmail
from .summary import ActivitiesSummary
from .walk import Rows


class Client(Source):
    """A source that answers questions: the service, or a made-up account in memory.

    Nothing is sent when it is opened: a wrong key or an unreachable host shows at the first question. It may be used from
    any thread; calls on one client wait for each other, and other threads run meanwhile. A forked child may go on with it.
    Ctrl-C takes effect when the call at hand returns, which ``timeout_seconds`` limits.

    >>> with Client("sandbox:?seed=7&now=2024-09-20T12:00:00") as client:
    ...     client.activities_summary(1958368).opens
    723

    :param url: any http or https base, or ``sandbox:?seed=7&campaigns=3&contacts=2000``: the same account for the same seed.
        ``inwise.h`` lists the sandbox's keys.
    :param api_key: sent to this host alone, in a header; kept in no Python object. None for none.
    :param timeout_seconds: one deadline for a whole call: connecting, waiting, retries, reading. 0.001 to 86400; None is 30.
    :param connect_timeout_seconds: for each connection. 0.001 to 86400; None is 10.
    :param max_retries: repeats of a request, where a repeat is safe. 0 to 20; None is 4.
    :param max_retry_delay_seconds: the longest pause before a repeat. 0 to 3600; None is 60.
    :param pages_in_flight: requests that a walk has in the air. 1 to 64; None is 4.
    :param requests_per_second: a limit for this client. 0.001 to 10000; None for none.
    :param page_size: rows that a walk asks for at a time. 1 to 1000; None is 1000.
    :param page_base: the service's first page, 0 or 1; None or "auto" to notice it.
    :param proxy: "http://host:port", "" for none; None is what the environment says.
    :param ca_file: certificates to trust, a PEM file; None is the system's.
    :param user_agent: None is "libinwise/" and the version.
    :param max_response_bytes: counted after decompression. 1024 to 1073741824; None is 16777216.
    :param allow_insecure: plain http to a host other than this machine. None is False.
    :param paths: method name -> path below the base, e.g. {"recentSentEmails": "/campaigns/email/recentSent"}.
    :param parameter_names: query key -> the service's name for it, e.g. {"page_size": "rows"}.
    :raises ArgumentError: a URL or an option that is not allowed.
    """

    # ---------------------------------------------------------------- walks

    def activities(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        action_type: Optional[str] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> Rows[Activity]:
        r"""What recipients did.

        **Without a date the service answers for the past seven days**; ``rows.info.window_defaulted`` tells.

        >>> for row in client.activities(campaign_id=1958368, date_from="2024-09-02", action_type="emailClicked"):
        ...     print(row.action_date, row.contact_id, row.additional_data)
        ...     break
        2024-09-06 10:45:58 426098418 https://docs.example/open?file=C:\catalog\"2024".pdf

        :param campaign_id: of this campaign alone.
        :param contact_id: of this contact alone.
        :param external_id: the account's own id of a contact; the remote service can't filter by it.
        :param date_from: a day or a moment (a naive datetime, a date, "YYYY-MM-DD" or "YYYY-MM-DD HH:MM:SS"), which belongs to
            the range. It is the service's wall clock, whose zone nobody tells, and never shifted.
        :param date_to: as date_from; a day alone is the whole day.
        :param action_type: "emailOpened", "emailClicked", … or any other.
        :param page_size: rows to a page, 1 to 1000; the client's page_size for a walk, 100 for a page alone.
        :param params: further parameters, passed on verbatim.
        """
        return self._rows(
            Activity, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, action_type=action_type, page_size=page_size, params=params)

    def sent_emails(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> Rows[SentEmail]:
        """Mails that were handed over for delivery. The parameters are those of :meth:`activities`, and so is the past week.

        >>> next(iter(client.sent_emails(campaign_id=1958368, date_from="2024-01-01"))).email
        'yossi.smith1999@walla.example'
        """
        return self._rows(
            SentEmail, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, page_size=page_size, params=params)

    def undelivered(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> Rows[UndeliveredEmail]:
        """Recipients that were not sent to. The parameters are those of :meth:`activities`; without a date it answers for all time.

        >>> sorted({row.reason for row in client.undelivered(campaign_id=1958368)})
        ['bounced', 'frequency_limit', 'other', 'unsubscribed']
        """
        return self._rows(
            UndeliveredEmail, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, page_size=page_size, params=params)

    # ---------------------------------------------------------------- single questions

    def activities_summary(self, campaign_id: int, *, params: Optional[Mapping[str, Any]] = None) -> ActivitiesSummary:
        """A campaign's funnel as the service counts it.

        >>> summary = client.activities_summary(1958368)
        >>> summary.sent, summary.opens_unique
        (1871, 488)
        """
        return self._summary(campaign_id, params)

    def recent_activities(self, *, params: Optional[Mapping[str, Any]] = None) -> List[Activity]:
        """What is new since the last call, in order of arrival, at most 1,000 rows; as long as 1,000 come, ask again.

        **Reading consumes**: the service hands each row out once. The library therefore never repeats such a request. After a
        :class:`NetworkError` or :class:`TimeoutError` rows may have been consumed: read the same days again with
        :meth:`activities`. Rows that came and didn't reach you, because Ctrl-C struck, are given to who asks the same next.

        >>> len(client.recent_activities()), len(client.recent_activities())
        (767, 0)
        """
        return self._recent(Activity, params)

    def recent_sent_emails(self, *, params: Optional[Mapping[str, Any]] = None) -> List[SentEmail]:
        """As :meth:`recent_activities`, of mails sent. **Reading consumes.**"""
        return self._recent(SentEmail, params)

    def recent_undelivered(self, *, params: Optional[Mapping[str, Any]] = None) -> List[UndeliveredEmail]:
        """As :meth:`recent_activities`, of recipients not sent to. **Reading consumes.**"""
        return self._recent(UndeliveredEmail, params)
