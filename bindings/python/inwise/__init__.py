# SPDX-License-Identifier: MIT
"""Complete campaign analytics of the inwise e-mail service.

    import inwise

    with inwise.Client(api_key="…") as client, inwise.Funnel() as funnel:
        for row in client.activities(campaign_id=1958368, date_from="2024-09-01"):
            print(row.action_date, row.action_type, row.contact_id)

        funnel.add(client.sent_emails(campaign_id=1958368, date_from="2024-01-01"))
        funnel.add(client.activities(campaign_id=1958368, date_from="2024-01-01"))
        print(funnel.summary().rates.open_rate)

``client.sync(mirror)`` keeps an account's rows in a file, ``mirror = inwise.Client("file:mirror.db")``, which answers the same questions.
``mirror.ingest_webhook(body)`` keeps what a webhook tells there until it does.
To try things out without an account, put ``"sandbox:?seed=7"`` as the URL. :class:`AsyncClient` is the same for asyncio.
All times are naive: the service's wall clock, whose zone nobody tells, never shifted.
"""

from ._library import VERSION as __version__
from .acknowledgement import Through
from .aio import AsyncClient
from .async_walk import AsyncPages, AsyncRowIterator, AsyncRows, AsyncWebhookEvents
from .client import Client
from .errors import (
    ArgumentError,
    AuthError,
    CancelledError,
    ClosedError,
    HTTPError,
    InternalError,
    InwiseError,
    NetworkError,
    NotFoundError,
    OutOfMemoryError,
    ProtocolError,
    RateLimitError,
    ServerError,
    StoreError,
    TimeoutError,
)
from .funnel import Funnel
from .funnel_summary import FunnelGroup, FunnelRates, FunnelSummary, TimeTo, TypeCount
from .rows import Activity, SentEmail, UndeliveredEmail
from .summary import ActivitiesSummary
from .sync_report import (
    AuditDifference,
    CampaignAudit,
    SyncAudit,
    SyncCounts,
    SyncFeed,
    SyncGap,
    SyncMethod,
    SyncProgress,
    SyncReport,
    SyncWebhooks,
    SyncWindow,
)
from .walk import CursorInfo, Pages, RowIterator, Rows
from .webhook import WebhookEvents, parse_webhook

__all__ = [
    "ActivitiesSummary", "Activity", "ArgumentError", "AsyncClient", "AsyncPages", "AsyncRowIterator", "AsyncRows",
    "AsyncWebhookEvents", "AuditDifference", "AuthError", "CampaignAudit", "CancelledError", "Client", "ClosedError", "CursorInfo", "Funnel",
    "FunnelGroup", "FunnelRates", "FunnelSummary", "HTTPError", "InternalError", "InwiseError", "NetworkError",
    "NotFoundError", "OutOfMemoryError", "Pages", "ProtocolError", "RateLimitError", "RowIterator", "Rows", "SentEmail",
    "ServerError", "StoreError", "SyncAudit", "SyncCounts", "SyncFeed", "SyncGap", "SyncMethod", "SyncProgress",
    "SyncReport", "SyncWebhooks", "SyncWindow", "Through", "TimeTo", "TimeoutError", "TypeCount", "UndeliveredEmail", "WebhookEvents",
    "__version__", "parse_webhook",
]
