# SPDX-License-Identifier: MIT
"""The three kinds of rows. Every field is None where the row doesn't have it, or has something else there: then that is in extra."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Dict, Mapping, Optional, Tuple

from ._record import no_extra
from ._row import Row, Take, integer, moment, text


@dataclass(frozen=True, slots=True)
class Activity(Row):
    """Something that a recipient did: opened, clicked, left …"""

    _method: ClassVar[str] = "activities"
    _shapes: ClassVar[Dict[Tuple[type, ...], int]] = {}
    _takes: ClassVar[Dict[str, Take]] = {
        "id": integer, "action_date": moment, "action_type": text, "campaign_id": integer, "contact_id": integer,
        "external_id": text, "ip": text, "remarks": text, "additional_data": text,
    }

    #: The row's identity.
    id: Optional[int] = None
    #: When, on the service's clock.
    action_date: Optional[datetime] = None
    #: ``"emailOpened"``, ``"emailClicked"``, ``"emailBounced"`` … or one that is new.
    action_type: Optional[str] = None
    campaign_id: Optional[int] = None
    contact_id: Optional[int] = None
    #: The account's own id of the contact.
    external_id: Optional[str] = None
    #: An address, or several with commas between them.
    ip: Optional[str] = None
    #: A click's link number.
    remarks: Optional[str] = None
    #: A click's URL.
    additional_data: Optional[str] = None
    #: What is left of the row, as it came: fields not known here, and values that their field doesn't take. Read-only.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class SentEmail(Row):
    """A mail that was handed over for delivery; it may have bounced later."""

    _method: ClassVar[str] = "sentEmails"
    _shapes: ClassVar[Dict[Tuple[type, ...], int]] = {}
    _takes: ClassVar[Dict[str, Take]] = {
        "row_index": integer, "date_sent": moment, "email": text, "campaign_id": integer, "contact_id": integer,
        "external_id": text, "sending_source": text, "message_size": integer, "transaction_id": text,
    }

    #: The row's identity.
    row_index: Optional[int] = None
    #: When, on the service's clock.
    date_sent: Optional[datetime] = None
    #: To whom.
    email: Optional[str] = None
    campaign_id: Optional[int] = None
    contact_id: Optional[int] = None
    #: The account's own id of the contact.
    external_id: Optional[str] = None
    #: What sent it, for example ``"Campaign"``.
    sending_source: Optional[str] = None
    #: As the service counts it; its unit is in no document.
    message_size: Optional[int] = None
    transaction_id: Optional[str] = None
    #: What is left of the row, as it came: fields not known here, and values that their field doesn't take. Read-only.
    extra: Mapping[str, Any] = no_extra()


@dataclass(frozen=True, slots=True)
class UndeliveredEmail(Row):
    """A recipient that was not sent to."""

    _method: ClassVar[str] = "undelivered"
    _shapes: ClassVar[Dict[Tuple[type, ...], int]] = {}
    _takes: ClassVar[Dict[str, Take]] = {
        "id": integer, "create_date": moment, "reason": text, "email": text, "campaign_id": integer, "contact_id": integer,
        "external_id": text,
    }

    #: The row's identity.
    id: Optional[int] = None
    #: When, on the service's clock.
    create_date: Optional[datetime] = None
    #: Why not: ``"unsubscribed"``, ``"bounced"``, ``"frequency_limit"``, ``"other"`` … or one that is new.
    reason: Optional[str] = None
    #: To whom.
    email: Optional[str] = None
    campaign_id: Optional[int] = None
    contact_id: Optional[int] = None
    #: The account's own id of the contact.
    external_id: Optional[str] = None
    #: What is left of the row, as it came: fields not known here, and values that their field doesn't take. Read-only.
    extra: Mapping[str, Any] = no_extra()
