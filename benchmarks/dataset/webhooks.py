# SPDX-License-Identifier: MIT
"""Bodies of webhooks, as the service posts them, a line each; no two tell the same event."""

#: The vendor's own.
EXAMPLE = ("timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact&channel_type=Email"
           "&campaign_id=1646090&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com&contact%5bfield1%5d=&contact%5bfield125%5d=")


def click(number):
    """A click with all that comes with one, in an account with fields of its own."""
    second, contact = number % 86400, number % 50_000
    return (f"timeStamp=2024-09-{1 + number // 86400:02}+{second // 3600:02}%3a{second // 60 % 60:02}%3a{second % 60:02}&trigger_type=emailClicked"
            f"&trigger_description=Email+Clicked+By+Contact&channel_type=Email&account_code=il-865-7739&campaign_id={1958368 + number % 4}&group_id=949732"
            f"&contact%5bid%5d={240046 * 10**4 + contact}&contact%5bemail%5d=contact{contact}%40example.com&contact%5bexternal_id%5d={contact:06}"
            f"&contact%5bfield1%5d=%d7%a9%d7%9c%d7%95%d7%9d&contact%5bfield2%5d=Tel+Aviv&contact%5bfield125%5d=&ip=203.0.113.{number % 256}&remarks=2"
            f"&additional_details=https%3a%2f%2fexample.com%2foffer%2f{number % 20}%3fa%3d1%26utm_source%3dinwise%26utm_medium%3demail")


BODIES = {"example": EXAMPLE, "click": click(0)}


def write(folder, clicks):
    """example.txt, click.txt and clicks.txt, unless they are there."""
    bodies = {**{name: [body] for name, body in BODIES.items()}, "clicks": map(click, range(clicks))}
    if all((folder / f"{name}.txt").exists() for name in bodies):
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in bodies.items():
        (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
