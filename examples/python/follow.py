# SPDX-License-Identifier: MIT
"""Prints what is new in the activity feed, a line for each row. Reading the feed consumes it.

    pip install inwise
    INWISE_API_KEY=… python follow.py https://api.inwise.com/rest/v1 [POLLS [SECONDS]]

Asks POLLS times (0, the default, means for ever), SECONDS (60) apart. Exit code 0, or 2 if something failed.
"""

import itertools
import os
import sys
import time

import inwise

# A feed gives at most so many rows at a time: with that many there may be more.
FULL = 1000


def poll(client: inwise.Client) -> None:
    while True:
        rows = client.recent_activities()
        for row in rows:
            fields = (row.action_date, row.action_type, row.campaign_id, row.contact_id)
            print(*("-" if field is None else field for field in fields), flush=True)
        if len(rows) < FULL:
            return


def follow(client: inwise.Client, polls: int, seconds: float) -> None:
    for done in itertools.count(1):
        poll(client)
        if done == polls:
            return
        time.sleep(seconds)


def main() -> int:
    try:
        _, url, *numbers = sys.argv
        polls, seconds = int(numbers[0]) if numbers else 0, float(numbers[1]) if numbers[1:] else 60.0
        if numbers[2:] or polls < 0 or not 0 <= seconds < 1e9:
            raise ValueError
    except ValueError:
        print(f"usage: {sys.argv[0]} URL [POLLS [SECONDS]]", file=sys.stderr)
        return 2
    try:
        with inwise.Client(url, api_key=os.environ.get("INWISE_API_KEY")) as client:
            follow(client, polls, seconds)
    except inwise.InwiseError as error:
        print(f"{error.method or 'inwise'}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass  # how one that goes on for ever is ended
    return 0


if __name__ == "__main__":
    sys.exit(main())
