# SPDX-License-Identifier: MIT
"""The client."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional

from ._arguments import Bytes, When
from ._progress import Progress
from ._source import Source
from .acknowledgement import Through, Upto
from .rows import Activity, SentEmail, UndeliveredEmail
from .summary import ActivitiesSummary
from .sync_report import SyncReport
from .walk import Rows
from .webhook import Event, WebhookEvents


class Client(Source):
    """A source that answers questions: the service, a mirror of it in a file, or a made-up account in memory.

    Nothing is sent when it is opened: a wrong key or an unreachable host shows at the first question. It may be used from
    any thread; calls on one client wait for each other, and other threads run meanwhile. A forked child may go on with it.
    Ctrl-C takes effect when the call at hand returns, which ``timeout_seconds`` limits, and in a :meth:`sync` after the step at hand.

    >>> with Client("sandbox:?seed=7&now=2024-09-20T12:00:00") as client:
    ...     client.activities_summary(1958368).opens
    723

    :param url: any http or https base; or ``file:/path/to/mirror.db``, which :meth:`sync` fills, with %, ? and # in the path
        written %25, %3F and %23; or ``sandbox:?seed=7&campaigns=3&contacts=2000``: the same account for the same seed.
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
    :param read_only: of a mirror alone: the file must be there, and is never written. None is False.
    :param now: of a mirror alone: the clock that "the past seven days" and :meth:`sync` go by, a naive datetime or
        "2024-09-20T12:00:00"; it stands still then. None is this machine's.
    :raises ArgumentError: a URL or an option that is not allowed.
    :raises StoreError: a file that is no mirror, or can't be written.
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

    def recent_activities(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[Activity]:
        """What is new since the last call, in order of arrival, at most 1,000 rows; as long as 1,000 come, ask again.

        **Reading consumes**: the service hands each row out once. The library therefore never repeats such a request. After a
        :class:`NetworkError` or :class:`TimeoutError` rows may have been consumed: read the same days again with
        :meth:`activities`. Rows that came and didn't reach you, because Ctrl-C struck, are given to who asks the same next.

        >>> len(client.recent_activities()), len(client.recent_activities())
        (767, 0)

        :param consumer: who reads, 1 to 200 bytes; of a mirror alone. It gets what it has not acknowledged, again and again until it
            does by :meth:`acknowledge`; nothing is consumed.
        :param params: further parameters, passed on verbatim.
        """
        return self._recent(Activity, consumer, params)

    def recent_sent_emails(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[SentEmail]:
        """As :meth:`recent_activities`, of mails sent. **Reading consumes**, but for a mirror's consumer."""
        return self._recent(SentEmail, consumer, params)

    def recent_undelivered(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[UndeliveredEmail]:
        """As :meth:`recent_activities`, of recipients not sent to. **Reading consumes**, but for a mirror's consumer."""
        return self._recent(UndeliveredEmail, consumer, params)

    # ---------------------------------------------------------------- mirrors

    def sync(
        self,
        mirror: Source,
        *,
        campaign_ids: Optional[Iterable[int]] = None,
        methods: Optional[Iterable[str]] = None,
        date_from: Optional[When] = None,
        recent: Optional[bool] = None,
        overlap_seconds: Optional[int] = None,
        late_ages: Optional[Iterable[int]] = None,
        gap_reach_seconds: Optional[int] = None,
        audit: Optional[str] = None,
        max_seconds: Optional[float] = None,
        wait_seconds: Optional[float] = None,
        progress: Progress = None,
    ) -> SyncReport:
        """Brings a mirror in step with this source: no row is missing afterwards, none is doubled. The first sync reads all, which may
        take long; later ones what is new, and again what may have arrived late. Interrupted or killed at any point, the next one goes
        on from there. It runs on this thread, while other threads run, and questions to either client come between its steps.

        >>> report = client.sync(mirror)
        >>> report.complete, report.new_rows
        (True, 8605)
        >>> mirror.activities_summary(1958368) == client.activities_summary(1958368)
        True

        :param mirror: a client of a ``file:`` source that may be written.
        :param campaign_ids: these campaigns' rows alone; None for all.
        :param methods: which of "sentEmails", "undelivered" and "activities"; None for all three, [] for the audit alone.
        :param date_from: from where on the first sync reads, as in :meth:`activities`; None is 2000-01-01. An earlier one later reads
            what lies between.
        :param recent: whether the recent feeds are read, which consumes them; None is True.
        :param overlap_seconds: later syncs read from the newest date known less this. 0 to 31536000; None is 600.
        :param late_ages: what has reached one of these ages in seconds is read once more. Up to 8, each 1 to 31536000; None is
            [1800, 86400, 604800].
        :param gap_reach_seconds: how late a row can be: so far back is read where a feed's answer was lost. 0 to 31536000; None is
            604800.
        :param audit: "touched" (campaigns with new rows), "all" or "none": which are held against the service's own summary; None is
            "touched".
        :param max_seconds: stops after the step during which this time has passed. 0.001 to 86400; None for no limit.
        :param wait_seconds: how long to wait for another sync into this mirror. 0 to 86400; None is 0.
        :param progress: called with a :class:`SyncProgress` after every step, and about once a second while it waits for another sync;
            it may ask any client. When it returns False the sync stops there; None and all else let it go on. What it raises stops
            the sync as well, and is raised here. What the sync did until then is kept.
        :raises StoreError: a mirror that can't be written, or that another process is syncing into; the message says which.
        :raises InwiseError: also what this source's questions raise. What the sync did until then is kept.
        """
        return self._sync(
            mirror, progress, campaign_ids=campaign_ids, methods=methods, date_from=date_from, recent=recent,
            overlap_seconds=overlap_seconds, late_ages=late_ages, gap_reach_seconds=gap_reach_seconds, audit=audit,
            max_seconds=max_seconds, wait_seconds=wait_seconds)

    def acknowledge(self, method: str, *, consumer: str, through: Upto = Through.GIVEN) -> None:
        """Tells a mirror up to which of its recent rows a consumer has dealt with them: it gets those that follow from then on. So
        one that dies between reading and acknowledging loses nothing.

        >>> _ = client.sync(mirror)
        >>> rows = mirror.recent_activities(consumer="crm")
        >>> mirror.acknowledge("recentActivities", consumer="crm", through=rows[9])
        >>> mirror.recent_activities(consumer="crm")[0] == rows[10]
        True

        :param method: "recentActivities", "recentSentEmails" or "recentUndelivered": each has its own place.
        :param consumer: who; it is known by this name, and begins with the first row.
        :param through: the last row that was dealt with, or its id (row_index of sent mails); also an earlier one, to have what
            follows it again. ``Through.BEGINNING``: it begins again. Left out: all that this client gave the consumer last, also to a
            call that was interrupted.
        :raises ArgumentError: no row has this id; or the client is not a mirror, or read_only.
        """
        self._acknowledge(method, consumer, through)

    # ---------------------------------------------------------------- webhooks

    def ingest_webhook(
        self,
        body: Bytes,
        *,
        remote_address: Optional[str] = None,
        allow: Optional[Iterable[str]] = None,
        trusted_proxies: Optional[Iterable[str]] = None,
        forwarded_for: Optional[str] = None,
        token: Optional[str] = None,
        url: Optional[str] = None,
        max_body_bytes: Optional[int] = None,
    ) -> Event:
        """Reads one webhook, as :func:`parse_webhook` does with the same options, and keeps its event in this mirror, durably once this
        returns: then answer the service with 200. One that comes again is the same event; the order doesn't matter. An e-mail's event
        has a row, which counts until the service's own comes with a :meth:`sync` and takes its place.

        >>> body = b"timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailOpened&campaign_id=1646090&contact%5bid%5d=1"
        >>> mirror.ingest_webhook(body)["state"]
        'provisional'
        >>> mirror.ingest_webhook(body)["new"], mirror.activities_summary(1646090).opens
        (False, 1)

        :return: the event; behind its members ``event_id`` (from 1 in order of arrival), ``new`` (whether it had not come before) and
            ``state``: "provisional" (its row counts until the service's own comes), "confirmed" (that is there) or "kept" (without a row).
        :raises InwiseError: :class:`AuthError` and :class:`ProtocolError` as :func:`parse_webhook` does; any other is to be answered with
            503: the service may then send it again.
        """
        return self._ingest(body, remote_address=remote_address, allow=allow, trusted_proxies=trusted_proxies,
                            forwarded_for=forwarded_for, token=token, url=url, max_body_bytes=max_body_bytes)

    def webhook_events(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        trigger_type: Optional[str] = None,
        after: Optional[int] = None,
        page_size: Optional[int] = None,
    ) -> WebhookEvents:
        """The events that webhooks told this mirror of, in order of arrival; without a date all of them.

        >>> _ = mirror.ingest_webhook(b"trigger_type=smsSent&contact[mobile_number]=0501234567")
        >>> [(event["event_id"], event["trigger_type"], event["state"]) for event in mirror.webhook_events()]
        [(1, 'smsSent', 'kept')]

        :param trigger_type: in the service's spelling. The other parameters are those of :meth:`activities`.
        :param after: the event_id behind which to begin: of the last event that was dealt with.
        """
        return self._webhook_events(campaign_id=campaign_id, contact_id=contact_id, date_from=date_from, date_to=date_to,
                                    trigger_type=trigger_type, after=after, page_size=page_size)
