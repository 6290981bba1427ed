# SPDX-License-Identifier: MIT
"""Formats to the letter: what is in a row comes out, whatever it is."""

import csv
import io
import json

from program import good, inwise
from service import Service

STRANGE = [
    '{"id": 1, "remarks": "a,b", "additional_data": "say \\"hi\\"", "ip": "", "contact_id": null}',
    '{"id":2,"remarks":"two\\nlines","additional_data":"\\u05e9\\u05dc\\u05d5\\u05dd שלום 😀","ip":"=1+1","contact_id":-0.5e3}',
    '{ "id" : 3 ,\n "nested" : { "a" : [ 1 , "x  y" , { } ] , "b" : true } , "remarks" : "tab\\tback\\\\slash" , "flag":false}',
    '{"id":"4","other":"mine","remarks":" blanks "}',
]


def in_csv(rows, *options) -> list[list[str]]:
    with Service(rows) as service:
        text = good("activities", "--from", "2024-01-01", "--format", "csv", *options, url=service.url)
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_json_passes_rows_through():
    with Service(STRANGE) as service:
        array = good("activities", "--from", "2024-01-01", url=service.url)
        lines = good("activities", "--from", "2024-01-01", "--format", "ndjson", url=service.url).splitlines()
    expected = [json.loads(row) for row in STRANGE]
    expected[3]["id"] = 4
    assert json.loads(array) == expected
    assert [json.loads(line) for line in lines] == expected
    assert lines[1] == STRANGE[1]
    assert lines[2] == '{"id":3,"nested":{"a":[1,"x  y",{}],"b":true},"remarks":"tab\\tback\\\\slash","flag":false}'


def test_csv_says_everything():
    header, *rows = in_csv(STRANGE)
    assert header == [
        "id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks", "additional_data",
        "nested", "flag", "other"]
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert [row["id"] for row in table] == ["1", "2", "3", "4"]
    assert table[0]["remarks"] == "a,b" and table[0]["additional_data"] == 'say "hi"'
    assert table[1]["remarks"] == "two\nlines" and table[1]["additional_data"] == "שלום שלום 😀"
    assert table[1]["ip"] == "=1+1" and table[1]["contact_id"] == "-0.5e3"
    assert table[2]["nested"] == '{"a":[1,"x  y",{}],"b":true}' and table[2]["flag"] == "false"
    assert table[2]["remarks"] == "tab\tback\\slash" and table[3]["remarks"] == " blanks "
    assert json.loads(table[3]["other"]) == {"other": "mine"}


def test_csv_tells_null_from_empty():
    with Service(STRANGE[:1]) as service:
        text = good("activities", "--from", "2024-01-01", "--format", "csv", url=service.url)
    assert text.splitlines()[1] == '1,,,,,,"","a,b","say ""hi""",'


def test_csv_keeps_its_header_and_loses_nothing():
    rows = [{"id": 1, "early": "x"}, *({"id": number} for number in range(2, 4)), {"id": 4, "late": [1, "a b"], "l\u00e4ter": None, "early": "y"}]
    header, *table = in_csv(rows, "--page-size", 1)
    assert header[-2:] == ["early", "other"]
    assert [row[0] for row in table] == ["1", "2", "3", "4"]
    assert [row[-2:] for row in table] == [["x", ""], ["", ""], ["", ""], ["y", '{"late":[1,"a b"],"l\u00e4ter":null}']]


def test_the_table_names_what_it_leaves_out():
    rows = [{"id": 1}, {"id": 2}, {"id": 3, "late": "x"}, {"id": 4, "late": "y"}]
    with Service(rows) as service:
        outcome = inwise("activities", "--from", "2024-01-01", "--page-size", 1, "--format", "table", url=service.url)
        quiet = inwise("activities", "--from", "2024-01-01", "--page-size", 1, "--format", "table", "-q", url=service.url)
    assert [line.split() for line in outcome.out.splitlines()] == [["id"], ["──"], ["1"], ["2"], ["3"], ["4"]]
    assert outcome.error == "inwise: the table leaves out late: --format csv or json has every field\n"
    assert quiet.error == ""


def test_a_table_in_a_pipe_is_not_cut():
    long = "x" * 300
    with Service([{"id": 1, "remarks": long, "additional_data": "end"}]) as service:
        out = good("activities", "--from", "2024-01-01", "--format", "table", url=service.url)
    assert out.splitlines()[2].split() == ["1", long, "end"]
