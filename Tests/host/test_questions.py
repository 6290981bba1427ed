# SPDX-License-Identifier: MIT
"""Questions: what is sent for each, and that its answer comes whole."""

import json

import pytest
from inwise_ffi import CAMPAIGN, KEY, PAGED, QUESTIONS, Client, Status

HOSTILE = "a b&c=d#e%f+g?h/i;j\"k'l<m>\r\nX-Injected: yes\t\\ \u05e9\u05dc\u05d5\u05dd \U0001f600"

#: (method, query, parameters sent)
SENT = [
    *[(method, CAMPAIGN if method == "activitiesSummary" else None,
       {"campaign_id": "1958368"} if method == "activitiesSummary" else {}) for method in QUESTIONS],
    *[(method, {"campaign_id": 2**63 - 1, "contact_id": -1}, {"campaign_id": "9223372036854775807", "contact_id": "-1"})
      for method in PAGED],
    *[(method, {"date_from": "2024-02-29", "date_to": "2024-03-01 23:59:59"},
       {"date_from": "2024-02-29", "date_to": "2024-03-01 23:59:59"}) for method in PAGED],
    ("activities", {"action_type": "emailOpened"}, {"action_type": "emailOpened"}),
    ("activities", {"action_type": HOSTILE}, {"action_type": HOSTILE}),
    ("activities", {"page_size": 1000}, {"page_size": "1000"}),
    ("sentEmails", {"params": {"email": HOSTILE, HOSTILE: "x"}}, {"email": HOSTILE, HOSTILE: "x"}),
    ("sentEmails", {"params": {"a": "", "b": 7, "c": True, "d": False}}, {"a": "", "b": "7", "c": "true", "d": "false"}),
    ("recentActivities", {"params": {"since": HOSTILE}}, {"since": HOSTILE}),
    ("activitiesSummary", {"campaign_id": 7, "params": {"lang": "he"}}, {"campaign_id": "7", "lang": "he"}),
]


@pytest.mark.parametrize("method, query, parameters", SENT)
def test_sends_its_path_parameters_and_headers(server, method, query, parameters):
    scenario = server.scenario(rows=3)
    with Client(scenario.url) as client:
        client.ask(method, query).good()
    (request,) = scenario.log()
    assert request.method == "GET"
    assert request.path == f"/campaigns/email/{method}"
    assert request.parameters == parameters
    assert request.header("X-API-Key") == KEY
    assert request.header("X-Injected") is None
    assert request.header("User-Agent") == "libinwise/0.1.0"
    assert "gzip" in request.header("Accept-Encoding")
    assert request.header("Host") == f"127.0.0.1:{server.port}"


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end_of_the_url_changes_nothing(server, slash):
    scenario = server.scenario(rows=3)
    with Client(scenario.url + slash) as client:
        client.ask("activities").good()
    assert [request.path for request in scenario.log()] == ["/campaigns/email/activities"]


def test_paths_and_parameter_names_can_be_changed(server):
    scenario = server.scenario(rows=3, as_="recentSentEmails")
    names = {"page_size": "rows", "campaign_id": "campaign id"}
    with Client(scenario.url, paths={"recentSentEmails": "/other/recentSent"}, parameter_names=names) as client:
        client.ask("recentSentEmails").good()
        client.ask("activities", {"page_size": 7, "campaign_id": 8}).good()
    recent, activities = scenario.log()
    assert recent.path == "/other/recentSent"
    assert activities.parameters == {"rows": "7", "campaign id": "8"}


def test_user_agent_can_be_changed(server):
    scenario = server.scenario()
    with Client(scenario.url, user_agent="report/2 (nightly)") as client:
        client.ask("activities").good()
    assert scenario.log()[0].header("User-Agent") == "report/2 (nightly)"


@pytest.mark.parametrize("page_base, sent", [(0, "3"), (1, "4"), ("auto", "3")])
def test_page_index_counts_from_0_whatever_the_service_does(server, page_base, sent):
    scenario = server.scenario(rows=1000)
    with Client(scenario.url, page_base=page_base) as client:
        client.ask("activities", {"page_index": 3}).good()
    assert scenario.log()[-1].parameters == {"page_index": sent}


def test_a_question_is_one_page(server):
    scenario = server.scenario(rows=2500)
    with Client(scenario.url) as client:
        assert len(client.ask("activities").good()) == 100
        assert len(client.ask("activities", {"page_size": 1000}).good()) == 1000
        assert client.ask("activities", {"page_index": 500}).good() == []
    assert len(scenario.log()) == 3


@pytest.mark.parametrize("coding", ["", "gzip", "chunked", "gzip-chunked"])
@pytest.mark.parametrize("ids", ["number", "string"])
@pytest.mark.parametrize("method", PAGED)
def test_rows_come_whole_with_ids_as_integers(server, method, ids, coding):
    settings = {"rows": 50, "first_id": 9223372036854775807 - 49}
    expected = server.scenario(**settings).fetch(f"/campaigns/email/{method}")
    with Client(server.scenario(**settings, ids=ids, coding=coding).url) as client:
        rows = client.ask(method).good()
    assert rows == expected
    assert max(row["row_index" if method == "sentEmails" else "id"] for row in rows) == 2**63 - 1
    assert [list(row) for row in rows] == [list(row) for row in expected], "fields keep their order"


def test_summary_is_the_services_object(server):
    scenario = server.scenario()
    with Client(scenario.url) as client:
        outcome = client.ask("activitiesSummary", CAMPAIGN)
    assert outcome.good() == scenario.fetch("/campaigns/email/activitiesSummary")
    assert list(outcome.value)[:2] == ["opens", "opens_unique"]


def test_answers_are_json_text_without_padding(server):
    with Client(server.scenario(rows=2).url) as client:
        text = client.ask("activities").text
    assert text == text.strip() and text.startswith(b"[") and text.endswith(b"]")
    assert json.loads(text.decode("utf-8"))


def test_ordinary_questions_share_a_connection(server):
    scenario = server.scenario()
    with Client(scenario.url) as client:
        for _ in range(5):
            client.ask("activities").good()
    assert len({request.connection for request in scenario.log()}) == 1


def test_connection_close_is_taken_well(server):
    scenario = server.scenario(close=1)
    with Client(scenario.url) as client:
        for _ in range(3):
            client.ask("activities").good()
    assert len(scenario.log()) == 3


def test_requests_per_second_is_kept(server):
    scenario = server.scenario()
    with Client(scenario.url, requests_per_second=20) as client:
        for _ in range(7):
            client.ask("activities").good()
    log = scenario.log()
    assert log[-1].monotonic - log[0].monotonic >= 6 / 20 * 0.95


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_plain_http_is_fine_on_this_machine(server, host):
    scenario = server.scenario()
    with Client(scenario.url.replace("127.0.0.1", host)) as client:
        assert client.ask("activities").status is Status.OK


def test_without_a_key_no_header_is_sent(server):
    scenario = server.scenario()
    with Client(scenario.url, api_key=None) as client:
        client.ask("activities").good()
    assert scenario.log()[0].header("X-API-Key") is None
