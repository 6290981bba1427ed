# SPDX-License-Identifier: MIT
"""Up to where a consumer has dealt with a mirror's recent rows."""

from __future__ import annotations

import enum
from typing import Union

from ._row import Row


class Through(enum.Enum):
    """What a consumer has dealt with, where it is no row that says so."""

    #: All that this client gave the consumer last.
    GIVEN = "given"
    #: Nothing: it begins again with the first row.
    BEGINNING = "beginning"


#: The last row that was dealt with, or its id.
Upto = Union[int, Row, Through]
