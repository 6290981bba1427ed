# SPDX-License-Identifier: MIT
"""What inwise.h says of webhooks, in Python: the event that a body must become. Written from the header, with nothing of the library in it."""

import datetime
import json
import re
from urllib.parse import parse_qsl

#: An event's members in their order, and what the service calls them in lower case.
MEMBERS = {"timestamp": "timestamp", "trigger_type": "trigger_type", "trigger_description": "trigger_description", "channel": "channel_type",
           "account_code": "account_code", "campaign_id": "campaign_id", "group_id": "group_id", "contact": None, "ip": "ip",
           "remarks": "remarks", "additional_details": "additional_details", "replyContent": "replycontent", "bounce_type": "bounce_type",
           "reason": "reason", "survey_field": "survey_field", "custom_data": "custom_data"}
WIRE = {wire: name for name, wire in MEMBERS.items() if wire}
RESERVED = {*MEMBERS, "other", "kind", "row", "event_id", "new", "state", "received"}
OF_CONTACT = ("id", "email", "mobile_number", "external_id")
TYPES = ("emailSent", "emailOpened", "emailClicked", "emailUnsubscribed", "emailBounced", "undelivered", "smsSent", "smsClicked", "SmsReply",
         "smsUnsubscribed", "MakeContactForm", "onSite", "dynamicPage", "emailWebVersion", "emailPublicWebVersion", "emailPrinted", "emailReportSpam")
MOST_FIELDS, DEEPEST_BRACKETS, DEEPEST_JSON = 10_000, 16, 100


class NoEvent(Exception):
    """A body that must be refused, with protocol."""


def lower(text: str) -> str:
    """A to Z alone."""
    return re.sub("[A-Z]", lambda letter: letter[0].lower(), text)


def fields(body: bytes) -> list[tuple[str, str]]:
    if body.count(b"&") >= MOST_FIELDS or b"\0" in body:
        raise NoEvent
    found = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    try:
        found = [(name.encode("latin-1").decode(), value.encode("latin-1").decode()) for name, value in found]
    except UnicodeDecodeError:
        raise NoEvent from None
    if any("\0" in name + value for name, value in found):
        raise NoEvent
    return found


def date(text: str) -> str | None:
    text = text if text.isascii() else ""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d\d):(\d\d)(?: ([AaPp])[Mm])?)?", text)
    try:
        if not american:
            plain = re.fullmatch(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d)?", text)
            return str(datetime.datetime.fromisoformat(text)) if plain else None
        month, day, year, hours, minutes, seconds, half = american.groups(default="0")
        hours = int(hours)
        if half != "0":
            if not 1 <= hours <= 12:
                return None
            hours = hours % 12 + 12 * (half in "Pp")
        return str(datetime.datetime(int(year), int(month), int(day), hours, int(minutes), int(seconds)))
    except ValueError:
        return None


def integer(text: str) -> int | None:
    value = int(text) if re.fullmatch(r"0|-?[1-9][0-9]{0,18}", text) else None
    return value if value is not None and -(1 << 63) <= value < 1 << 63 else None


def document(text: str):
    """A JSON value in a list of its own; None for a text that is none."""
    def refuse(*_):
        raise ValueError

    def whole(digits: str) -> int:
        value = int(digits)
        return value if -(1 << 63) <= value < 1 << 63 else refuse()

    def real(digits: str) -> float:
        value = float(digits)
        return value if abs(value) != float("inf") else refuse()

    def depth(value) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return 1 + max(map(depth, inner), default=0)

    try:
        value = json.loads(text, parse_constant=refuse, parse_int=whole, parse_float=real)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return [value] if depth(value) <= DEEPEST_JSON and "\\u0000" not in text else None


def external_id(custom) -> str | None:
    for entry in custom if isinstance(custom, list) else ():
        members = {lower(name): value for name, value in entry.items()} if isinstance(entry, dict) else {}
        key, value = members.get("key"), members.get("value")
        if isinstance(key, str) and lower(key) in ("externalid", "external_id") and (isinstance(value, str) and value or type(value) in (int, float)):
            return str(value)
    return None


def path(brackets: str) -> tuple[list[str], bool] | None:
    """"[b][c]" as names, and whether "[]" ends it; None for what doesn't nest."""
    if not re.fullmatch(r"(\[[^\[\]]+\])*(\[\])?", brackets) or brackets.count("[") > DEEPEST_BRACKETS:
        return None
    return re.findall(r"\[([^\[\]]+)\]", brackets), brackets.endswith("[]")


def put(tree: dict, names: list[str], is_list: bool, value: str) -> bool:
    """Whether a value could be put there; if not, nothing has changed."""
    place = tree
    for name in names[:-1]:
        if name in place and not isinstance(place[name], dict):
            return False
        place = place.get(name, {})
    if isinstance(place.get(names[-1]), dict):
        return False
    place = tree
    for name in names[:-1]:
        place = place.setdefault(name, {})
    known = place.get(names[-1])
    if known is None:
        place[names[-1]] = [value] if is_list else value
    else:
        place[names[-1]] = (known if isinstance(known, list) else [known]) + [value]
    return True


def sort(found: list[tuple[str, str]]) -> tuple[dict, dict, dict, dict, dict]:
    """Known fields and the contact's, each (name, value) by what it is called in lower case; the contact's own ones; unknown ones; others."""
    given, of_contact, contact, unknown, other = {}, {}, {}, {}, {}
    for name, value in found:
        first, bracket, rest = (name, "", "") if name.startswith("[") else name.partition("[")
        way = path(bracket + rest)
        if lower(name) in WIRE:
            placed = lower(name) not in given
            if placed:
                given[lower(name)] = (name, value)
        elif lower(first) == "contact" and bracket:
            member = lower(way[0][0]) if way and way[0] else ""
            if member in OF_CONTACT:
                placed = len(way[0]) == 1 and not way[1] and member not in of_contact
                if placed:
                    of_contact[member] = (name, value)
            else:
                # What leads into the contact is none of the brackets that nest in it.
                placed = member != "" and put(contact, *way, value)
        else:
            placed = first not in RESERVED and lower(first) not in WIRE and way is not None and put(unknown, [first, *way[0]], way[1], value)
        if not placed:
            put(other, [name], False, value)
    return given, of_contact, contact, unknown, other


def event(body: bytes) -> dict:
    """
    :raises NoEvent:
    """
    given, of_contact, contact, unknown, other = sort(fields(body))

    def text(name: str) -> str:
        return given.get(name, ("", ""))[1]

    def read(field: tuple[str, str] | None, how):
        """What a field is read as; what can't be is kept beside."""
        if field is None or field[1] == "":
            return None
        value = how(field[1])
        if value is None:
            put(other, [field[0]], False, field[1])
        return value

    if not text("trigger_type"):
        raise NoEvent
    type_ = next((known for known in TYPES if lower(known) == lower(text("trigger_type"))), text("trigger_type"))
    time = read(given.get("timestamp"), date)
    campaign, group, person = read(given.get("campaign_id"), integer), read(given.get("group_id"), integer), read(of_contact.get("id"), integer)
    survey, custom = read(given.get("survey_field"), document), read(given.get("custom_data"), document)
    external = of_contact.get("external_id", ("", None))[1] or (external_id(custom[0]) if custom else None) or ("" if "external_id" in of_contact else None)

    known_contact = {"id": person, "email": of_contact.get("email", ("", ""))[1], "mobile_number": of_contact.get("mobile_number", ("", ""))[1],
                     "external_id": external}
    values = {"timestamp": time, "trigger_type": type_, "campaign_id": campaign, "group_id": group, "survey_field": survey and survey[0],
              "custom_data": custom and custom[0], "channel": {"email": "Email", "sms": "SMS"}.get(lower(text("channel_type")), text("channel_type"))}
    result = {}
    for name, wire in MEMBERS.items():
        if wire in given:
            result[name] = values[name] if name in values else text(wire)
        elif wire is None:
            result[name] = {member: value for member, value in known_contact.items() if member in of_contact or (member == "external_id" and external)}
            result[name] |= contact
    # In the order of their bytes, so that an event is the same in whatever order its fields came.
    result |= dict(sorted(unknown.items(), key=lambda member: member[0].encode()))
    if other:
        result["other"] = other

    kind = {"emailSent": "sentEmails", "undelivered": "undelivered"}.get(type_, "activities" if re.match("(?i:email).", type_, re.DOTALL) else None)
    if kind and None not in (time, campaign, person) and values["channel"] != "SMS":
        email = known_contact["email"]
        row = {"sentEmails": {"contact_id": person, "campaign_id": campaign, "date_sent": time, "email": email},
               "undelivered": {"campaign_id": campaign, "email": email, "contact_id": person, "reason": text("reason"), "create_date": time},
               "activities": {"action_date": time, "contact_id": person, "campaign_id": campaign, "ip": text("ip"), "action_type": type_,
                              "remarks": text("remarks"), "additional_data": text("additional_details")}}[kind]
        result |= {"kind": kind, "row": {name: value for name, value in {**row, "external_id": external}.items() if value not in ("", None)}}
    return result
