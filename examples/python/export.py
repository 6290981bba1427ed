# SPDX-License-Identifier: MIT
"""Prints every activity of a month as CSV, newest rows first as they come.

    pip install inwise
    INWISE_API_KEY=… python export.py https://api.inwise.com/rest/v1 2024-09 > activities.csv

Exit code 0, or 2 if something failed.
"""

import calendar
import csv
import os
import re
import sys

import inwise

FIELDS = [
    "id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data",
]


def export(client: inwise.Client, year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    writer = csv.writer(sys.stdout)
    writer.writerow(FIELDS)
    for row in client.activities(date_from=f"{year:04}-{month:02}-01", date_to=f"{year:04}-{month:02}-{last}"):
        writer.writerow([getattr(row, field) for field in FIELDS])


def main() -> int:
    month = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", sys.argv[2], re.ASCII) if len(sys.argv) == 3 else None
    if month is None or month[1] == "0000":
        print(f"usage: {sys.argv[0]} URL YYYY-MM", file=sys.stderr)
        return 2
    try:
        with inwise.Client(sys.argv[1], api_key=os.environ.get("INWISE_API_KEY")) as client:
            export(client, int(month[1]), int(month[2]))
    except inwise.InwiseError as error:
        print(f"{error.method or 'inwise'}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
