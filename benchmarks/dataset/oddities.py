# SPDX-License-Identifier: MIT
"""The same rows as another service might write them: any key order, unknown fields, escapes, Hebrew, ids as strings."""
import json

REMARKS = ["קנייה ראשונה", 'מבצע "חגים" 50%', "line one\nline two", "C:\\mail\\out", "תודה 😀 ולהתראות", "12345",
           "\tindented", "Zoë & Søren", "\u05e9\u05dc\u05d5\u05dd", "plain"]
LINKS = ["https://shop.example/חנות/נעליים?צבע=כחול", "https://shop.example/a/b?q=\"quoted\"&r=1",
         "https://shop.example/עגלה?utm_source=inwise&utm_medium=email&item=🎁"]
# Written as they stand: what no reader of activities knows.
UNKNOWN = [('sending_source', '"Campaign"'), ('forwarded_to', 'null'), ('is_bot', 'false'), ('score', '-0.25e1'),
           ('device', '{"os":"iOS","version":17.5,"screen":{"w":390,"h":844}}'), ('tags', '["vip","\\u05d0\\u05d1",3]'),
           ('link_text', '"לחצו \\u05db\\u05d0\\u05df \\ud83d\\ude00 \\/ here"'), ('message_id', '"<91c2.7f@mail.example>"'),
           ('city', '"באר שבע"'), ('history', '[{"at":"2024-09-01","what":"sent"},[],{}]'), ('weight', '12345678901')]


def disturb(row, random):
    """Puts texts that need care into some of the optional fields."""
    if random.random() < 0.4:
        row.remarks = random.choice(REMARKS)
    if row.additional_data is not None and random.random() < 0.4:
        row.additional_data = random.choice(LINKS)
    return row


def text(row, random):
    """A text of the row, no two written alike."""
    fields = [(name, number(getattr(row, name), random)) for name in ("id", "contact_id", "campaign_id")]
    for name in ("action_date", "ip", "action_type", "remarks", "additional_data"):
        value = getattr(row, name)
        if value is not None:
            fields.append((name, string(value, random)))
    fields += random.sample(UNKNOWN, random.randint(1, 3))
    random.shuffle(fields)
    comma, colon = random.choices([(",", ":"), (", ", ": "), (",\n  ", " :\t")], [0.8, 0.15, 0.05])[0]
    return "{" + comma.join(f'"{name}"{colon}{value}' for name, value in fields) + "}"


def number(value, random):
    return f'"{value}"' if random.random() < 0.1 else str(value)


def string(value, random):
    written = json.dumps(value, ensure_ascii=random.random() < 0.3)
    return written.replace("/", "\\/") if random.random() < 0.5 else written
