// SPDX-License-Identifier: MIT
// inwise.hpp: what is thrown and what it says, who owns a handle after a move, walks, funnels, mirrors, webhooks, cancelling and the log.
// Runs under valgrind as well: nothing may leak.
#include <inwise.hpp>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>
#if __cplusplus >= 202002L
#include <ranges>
#endif

#include "check.h"

namespace {

const std::string sandbox = "sandbox:?seed=7&campaigns=2&contacts=300&now=2024-09-20T12:00:00";
const std::string ever = R"({"date_from":"2000-01-01","page_size":70})";

static_assert(!std::is_copy_constructible_v<inwise::Client> && !std::is_copy_assignable_v<inwise::Funnel>, "one owner");
static_assert(std::is_nothrow_move_constructible_v<inwise::Client> && std::is_nothrow_move_assignable_v<inwise::Client>, "");
static_assert(std::is_nothrow_move_constructible_v<inwise::Cursor> && std::is_nothrow_move_assignable_v<inwise::Funnel>, "");
static_assert(std::is_nothrow_copy_constructible_v<inwise::Error>, "an exception's copy must not throw");
static_assert(!std::is_convertible_v<std::string, inwise::Client> && !std::is_convertible_v<std::string, inwise::Funnel>, "");
#if __cplusplus >= 202002L
static_assert(std::input_iterator<inwise::Cursor::Iterator> && std::ranges::input_range<inwise::Cursor>);
#endif

// The status of the Error that this throws, 0 if it throws none; the error itself in error.
template <class Action>
inwise_status thrown(Action action, std::optional<inwise::Error> *error = nullptr) {
    try {
        action();
    } catch (const inwise::Error &caught) {
        if (error != nullptr) *error = caught;
        return caught.status();
    }
    return INWISE_OK;
}

bool holds(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

void check_errors() {
    struct Case {
        const char *url, *options, *query;
        inwise_status status;
        const char *name, *message;
    };
    const Case cases[] = {
        {"nonsense", "{}", "{}", INWISE_ERR_ARGUMENT, "argument", R"(The URL must begin with "https:")"},
        {"sandbox:?seed=x", "{}", "{}", INWISE_ERR_ARGUMENT, "argument", R"("seed" in the sandbox URL must be)"},
        {"sandbox:", R"({"page_size":0})", "{}", INWISE_ERR_ARGUMENT, "argument", "an integer from 1 to 1000, not 0"},
        {"sandbox:?contacts=5", "{}", R"({"nope":1})", INWISE_ERR_ARGUMENT, "argument", R"(Unknown key "nope" in the query of activities)"},
        {"sandbox:?contacts=5", "{}", "", INWISE_ERR_ARGUMENT, "argument", "JSON"},
        {"sandbox:?fail_rate=1", "{}", "{}", INWISE_ERR_SERVER, "server", "The sandbox made this fault up"},
        {"sandbox:?rate_limit=1", "{}", "{}", INWISE_ERR_RATE_LIMIT, "rate_limit", "too many requests"},
        {"sandbox:?latency_ms=60000", R"({"timeout_seconds":0.001})", "{}", INWISE_ERR_TIMEOUT, "timeout", "The time for the call ran out"},
    };
    for (const Case &test : cases) {
        std::optional<inwise::Error> error;
        CHECK(thrown([&] { inwise::Client(test.url, test.options).activities(test.query); }, &error) == test.status);
        if (!error) continue;
        CHECK(std::strcmp(error->name(), test.name) == 0);
        CHECK(holds(error->what(), test.message) && !holds(error->what(), "\"message\""));
        CHECK(error->json().front() == '{' && holds(error->json(), ("\"code\":" + std::to_string(test.status)).c_str()));
        CHECK(!error->number("status") && !error->number("nonsense") && error->number("code") == test.status);
        CHECK(error->number("http_status") == (test.status == INWISE_ERR_SERVER       ? std::optional<long long>(500)
                                               : test.status == INWISE_ERR_RATE_LIMIT ? std::optional<long long>(429)
                                                                                      : std::nullopt));
        CHECK(error->number("retry_after").has_value() == (test.status == INWISE_ERR_RATE_LIMIT));
    }
    // As a std::exception, and what has no text of its own.
    try {
        inwise::Client client(sandbox);
        client.close();
        client.set_log(INWISE_LOG_DEBUG, [](inwise_log_level, std::string_view) {});
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(std::strcmp(error.what(), "libinwise answered: closed") == 0);
    }
    std::optional<inwise::Error> error;
    const std::string cut("{}\0, \"campaign_id\": 1}", 22);
    CHECK(thrown([&] { inwise::Client(sandbox).activities(cut); }, &error) == INWISE_ERR_ARGUMENT);
    CHECK(error && holds(error->what(), "NUL"));
}

// What a message holds comes out as it went in, whatever it is.
void check_messages() {
    const std::pair<const char *, const char *> strings[] = {
        {R"("")", ""},
        {R"("plain \"quoted\" \\ \/ \b\f\n\r\t")", "plain \"quoted\" \\ / \b\f\n\r\t"},
        {R"("\u0041\u00e9\u05d0\u20ac\uD83D\uDE00")", "A\xc3\xa9\xd7\x90\xe2\x82\xac\xf0\x9f\x98\x80"},
        {R"("\ud83d")", "\xef\xbf\xbd"},
        {R"("\ud83dx")", "\xef\xbf\xbdx"},
        {R"("\ude00\ud83d\u0041")", "\xef\xbf\xbd\xef\xbf\xbd" "A"},
        {R"("\ud83d\ud83d\ude00")", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {R"("\u00zz")", "\xef\xbf\xbd"},
        {R"("\u12")", "\xef\xbf\xbd"},
        {R"("\)", ""},
        {R"(")", ""},
        {"", ""},
    };
    for (const auto &[json, text] : strings) CHECK(inwise::detail::unescape(json) == text);

    const std::tuple<const char *, const char *, const char *> members[] = {
        {R"({"a":"x","b":12,"c":"y"})", "b", "12"},      {R"({"a":"x","b":12})", "b", "12"},
        {R"({"a":"\"b\":1","b":2})", "b", "2"},          {R"({"a":"b","c":"\\","b":3})", "b", "3"},
        {R"({"b":"\",\"a\":1"})", "a", ""},              {R"({"a":1})", "b", ""},
        {"", "a", ""},                                   {"{", "a", ""},
        {R"({"a)", "a", ""},                             {R"({"a")", "a", ""},
        {R"({"a":)", "a", ""},                           {R"({"a":"x)", "a", "\"x"},
    };
    for (const auto &[json, name, value] : members) CHECK(inwise::detail::member(json, name) == value);

    inwise::Client client(sandbox);
    std::optional<inwise::Error> error;
    const char *query = R"({"\",\"message\":\"a\\b\n\u0001\u05d0\ud83d\ude00":1})";
    CHECK(thrown([&] { client.activities(query); }, &error) == INWISE_ERR_ARGUMENT);
    CHECK(error && holds(error->what(), "Unknown key \"\",\"message\":\"a\\b\n\x01\xd7\x90\xf0\x9f\x98\x80\" in the query"));
}

void check_moves() {
    inwise::Client first(sandbox);
    int lines = 0;
    first.set_log(INWISE_LOG_DEBUG, [&](inwise_log_level, std::string_view) { lines++; });
    inwise_client *handle = first.get();
    inwise::Client second(std::move(first));
    CHECK(second.get() == handle && first.get() == nullptr);  // NOLINT: what was moved from is what is looked at
    CHECK(thrown([&] { first.activities(); }) == INWISE_ERR_CLOSED && thrown([&] { first.cursor("activities"); }) == INWISE_ERR_CLOSED);
    CHECK(!first.cancel() && !first.close());
    second.activities();
    CHECK(lines > 0);

    inwise::Client third("sandbox:?contacts=5");
    inwise_client *replaced = third.get();
    third = std::move(second);
    CHECK(third.get() == handle && inwise_cancel(replaced) == INWISE_ERR_CLOSED);
    inwise::Client &same = third;
    third = std::move(same);
    lines = 0;
    third.activities();
    CHECK(third.get() == handle && lines > 0);
    second = inwise::Client("sandbox:?contacts=5");
    CHECK(second.activities().front() == '[');
    CHECK(third.close() && !third.close() && thrown([&] { third.activities(); }) == INWISE_ERR_CLOSED);

    std::vector<inwise::Funnel> funnels(3);
    funnels.erase(funnels.begin());
    for (inwise::Funnel &funnel : funnels) CHECK(funnel.summary().front() == '{');
    inwise_funnel *last = funnels.back().get();
    funnels.clear();
    CHECK(inwise_funnel_close(last) == INWISE_ERR_CLOSED);
}

void check_walks() {
    std::optional<inwise::Client> client(sandbox);
    std::string by_range, by_next;
    int pages = 0;
    inwise::Cursor cursor = client->cursor("activities", ever);
    for (const std::string &rows : cursor) {
        by_range += rows;
        if (++pages == 2) break;
    }
    for (inwise::Cursor::Iterator page = cursor.begin(); page != cursor.end(); pages++) by_range += *page++;
    CHECK(pages > 4 && !cursor.next() && cursor.begin() == cursor.end());
    CHECK(holds(cursor.info(), ("\"pages\":" + std::to_string(pages)).c_str()) && holds(cursor.info(), "\"window_defaulted\":false"));
    inwise::Cursor again = client->cursor("activities", ever);
    while (std::optional<std::string> rows = again.next()) by_next += *rows;
    CHECK(by_range == by_next && by_next.size() > 1000);

    CHECK(thrown([&] { client->cursor("activitiesSummary"); }) == INWISE_ERR_ARGUMENT);
    again = client->cursor("sentEmails", ever);
    CHECK(again.next().has_value());
    client.reset();  // before its cursors
    CHECK(thrown([&] { again.next(); }) == INWISE_ERR_CLOSED && thrown([&] { again.info(); }) == INWISE_ERR_CLOSED);

    inwise::Client failing(sandbox + "&fail_rate=1");
    inwise::Cursor walk = failing.cursor("activities");
    CHECK(thrown([&] { for (const std::string &rows : walk) CHECK(rows.empty()); }) == INWISE_ERR_SERVER);
}

void check_questions() {
    inwise::Client client(sandbox);
    for (const std::string &rows : {client.sent_emails(), client.undelivered(), client.activities(), client.recent_activities(),
                                    client.recent_sent_emails(), client.recent_undelivered()})
        CHECK(rows.front() == '[' && rows.back() == ']');
    CHECK(client.recent_activities() == "[]");
    CHECK(holds(client.activities_summary(R"({"campaign_id":1958368})"), "\"opens_unique\":"));
}

void check_funnels() {
    inwise::Client client(sandbox);
    inwise::Funnel whole, merged;
    for (const char *kind : {"sentEmails", "undelivered", "activities"}) {
        inwise::Funnel part;
        for (const std::string &rows : client.cursor(kind, ever)) {
            whole.add(kind, rows);
            part.add(kind, rows);
        }
        merged.merge(part);
    }
    CHECK(holds(whole.summary(), "\"open_rate\":0.") && whole.summary() == merged.summary("{}"));
    const std::string saved = whole.save();
    CHECK(saved == merged.save() && saved.find('\0') != std::string::npos);
    const inwise::Funnel loaded = inwise::Funnel::load(saved);
    CHECK(loaded.save() == saved && loaded.summary(R"({"group_by":"day"})") == whole.summary(R"({"group_by":"day"})"));

    merged.merge(merged);
    CHECK(merged.summary() != whole.summary());
    std::optional<inwise::Error> error;
    CHECK(thrown([&] { inwise::Funnel::load(std::string_view(saved).substr(1)); }, &error) == INWISE_ERR_ARGUMENT && error->json() != "");
    CHECK(thrown([&] { inwise::Funnel::load({}); }) == INWISE_ERR_ARGUMENT);
    CHECK(thrown([&] { whole.add("activities", "[{]"); }) == INWISE_ERR_PROTOCOL);
    CHECK(thrown([&] { whole.add("clicks", "[]"); }) == INWISE_ERR_ARGUMENT);
    CHECK(whole.save() == saved);
    merged.close();
    CHECK(thrown([&] { whole.merge(merged); }, &error) == INWISE_ERR_CLOSED && error->json().empty());
    CHECK(thrown([&] { merged.save(); }) == INWISE_ERR_CLOSED);
}

// A mirror in a folder of its own, which goes with it.
struct Mirror {
    Mirror() : client(url("mirror.db"), R"({"now":"2024-09-20T12:00:00"})") {}
    ~Mirror() {
        client.close();
        std::filesystem::remove_all(folder);
    }
    std::string url(const char *name) const { return "file:" + (folder / name).string(); }

    const std::filesystem::path folder = [] {
        std::string name = (std::filesystem::temp_directory_path() / "inwise-XXXXXX").string();
        CHECK(mkdtemp(name.data()) != nullptr);
        return name;
    }();
    inwise::Client client;
};

void check_mirrors() {
    const inwise::Client source(sandbox);
    Mirror mirror;
    int steps = 0;
    std::string told;
    const std::string stopped = source.sync(mirror.client, "{}", [&](std::string_view progress) {
        steps++;
        told = progress;
        return false;
    });
    CHECK(steps == 1 && holds(told, "\"step\":") && holds(stopped, R"("stopped":"progress")"));

    // What progress throws comes out of sync, and is what was thrown.
    bool is_caught = false;
    try {
        source.sync(mirror.client, "{}", [](std::string_view) -> bool { throw std::out_of_range("by the test"); });
    } catch (const std::out_of_range &thrown) {
        is_caught = std::strcmp(thrown.what(), "by the test") == 0;
    }
    CHECK(is_caught);
    CHECK(thrown([&] { source.sync(mirror.client, "{}", [&](std::string_view) { return source.activities("{]") != ""; }); }) ==
          INWISE_ERR_ARGUMENT);
    CHECK(thrown([&] { source.sync(mirror.client, R"({"nope":1})"); }) == INWISE_ERR_ARGUMENT);
    CHECK(thrown([&] { source.sync(source); }) == INWISE_ERR_ARGUMENT);
    CHECK(thrown([&] { source.sync(mirror.client, "{}", [&](std::string_view) { return mirror.client.cancel(); }); }) ==
          INWISE_ERR_CANCELLED);

    const std::string report = source.sync(mirror.client, "{}", [&](std::string_view) { return ++steps > 0; });
    CHECK(steps > 3 && holds(report, R"("complete":true)") && holds(report, R"("stopped":null)"));
    CHECK(holds(source.sync(mirror.client), R"("complete":true)"));
    const std::string campaign = R"({"campaign_id":1958368})";
    CHECK(mirror.client.activities_summary(campaign) == source.activities_summary(campaign));

    const std::string rows = mirror.client.recent_activities(R"({"consumer":"crm"})");
    CHECK(rows.size() > 100 && mirror.client.recent_activities(R"({"consumer":"crm"})") == rows);
    mirror.client.acknowledge(R"({"consumer":"crm","method":"recentActivities"})");
    CHECK(mirror.client.recent_activities(R"({"consumer":"crm"})") != rows);
    mirror.client.acknowledge(R"({"consumer":"crm","method":"recentActivities","through":null})");
    CHECK(mirror.client.recent_activities(R"({"consumer":"crm"})") == rows);
    CHECK(thrown([&] { mirror.client.acknowledge("{}"); }) == INWISE_ERR_ARGUMENT);
    CHECK(thrown([&] { source.acknowledge(R"({"consumer":"crm","method":"recentActivities"})"); }) == INWISE_ERR_ARGUMENT);

    CHECK(thrown([&] { inwise::Client(mirror.url("none.db"), R"({"read_only":true})"); }) == INWISE_ERR_STORE);
    mirror.client.close();
    CHECK(thrown([&] { source.sync(mirror.client); }) == INWISE_ERR_CLOSED);
}

void check_webhooks() {
    const std::string body = "timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailopened&channel_type=Email&campaign_id=1646090&contact%5bid%5d=1";
    const std::string event = inwise::parse_webhook(body);
    CHECK(holds(event, R"("trigger_type":"emailOpened")") && holds(event, R"("timestamp":"2022-02-10 15:58:01")"));
    CHECK(inwise::parse_webhook(body, R"({"remote_address":"193.169.246.40"})") == event);
    // It ends where it says, not at a NUL or behind it.
    CHECK(inwise::parse_webhook(std::string_view(body + "&x=y").substr(0, body.size())) == event);

    const struct {
        std::string body;
        const char *options;
        inwise_status status;
    } refused[] = {
        {body, R"({"remote_address":"192.0.2.1"})", INWISE_ERR_AUTH},
        {body, R"({"token":"a-secret-of-some-length","url":"/?token=another"})", INWISE_ERR_AUTH},
        {body, R"({"nope":1})", INWISE_ERR_ARGUMENT},
        {body, "", INWISE_ERR_ARGUMENT},
        {body, R"({"max_body_bytes":20})", INWISE_ERR_PROTOCOL},
        {"", "{}", INWISE_ERR_PROTOCOL},
        {body + std::string(1, '\0'), "{}", INWISE_ERR_PROTOCOL},
        {"nothing=1", "{}", INWISE_ERR_PROTOCOL},
    };
    Mirror mirror;
    for (const auto &test : refused) {
        CHECK(thrown([&] { inwise::parse_webhook(test.body, test.options); }) == test.status);
        CHECK(thrown([&] { mirror.client.ingest_webhook(test.body, test.options); }) == test.status);
    }
    CHECK(thrown([] { inwise::parse_webhook(std::string_view()); }) == INWISE_ERR_PROTOCOL);
    CHECK(!mirror.client.cursor("webhookEvents").next());

    CHECK(holds(mirror.client.ingest_webhook(body), R"("event_id":1,"new":true,"state":"provisional")"));
    CHECK(holds(mirror.client.ingest_webhook(body), R"("event_id":1,"new":false)"));
    CHECK(holds(mirror.client.ingest_webhook("trigger_type=smsSent"), R"("event_id":2,"new":true,"state":"kept")"));
    CHECK(holds(mirror.client.activities_summary(R"({"campaign_id":1646090})"), R"("opens":1,)"));
    inwise::Cursor events = mirror.client.cursor("webhookEvents", R"({"page_size":1})");
    CHECK(holds(events.next().value_or(""), "emailOpened") && holds(events.next().value_or(""), "smsSent") && !events.next());

    CHECK(thrown([&] { inwise::Client(sandbox).ingest_webhook(body); }) == INWISE_ERR_ARGUMENT);
    mirror.client.close();
    CHECK(thrown([&] { mirror.client.ingest_webhook(body); }) == INWISE_ERR_CLOSED);
}

// Calls that sleep a minute, ended from another thread: by cancel, by close.
template <class End>
inwise_status ended(inwise::Client &client, End end) {
    std::atomic<bool> done{false};
    inwise_status status = INWISE_OK;
    std::thread asking([&] {
        status = thrown([&] { client.activities(); });
        done = true;
    });
    while (!done) {
        end();
        std::this_thread::yield();
    }
    asking.join();
    return status;
}

void check_other_threads() {
    inwise::Client client("sandbox:?contacts=5&latency_ms=60000", R"({"timeout_seconds":90})");
    CHECK(ended(client, [&] { CHECK(client.cancel()); }) == INWISE_ERR_CANCELLED);
    std::atomic<int> lines{0};
    client.set_log(INWISE_LOG_DEBUG, [&](inwise_log_level, std::string_view) { lines++; });
    const inwise_status status = ended(client, [&] { client.close(); });
    CHECK(status == INWISE_ERR_CLOSED || status == INWISE_ERR_CANCELLED);
}

void check_log() {
    inwise::Client client(sandbox);
    std::string seen;
    client.set_log(INWISE_LOG_DEBUG, [&](inwise_log_level level, std::string_view line) {
        CHECK(level >= INWISE_LOG_ERROR && level <= INWISE_LOG_DEBUG && line.find('\n') == std::string_view::npos);
        seen = line;
        throw std::runtime_error("must not cross C");
    });
    CHECK(client.activities().front() == '[' && holds(seen, "activities"));

    // A function is kept as long as it may be called, and no longer.
    const auto counter = std::make_shared<int>(0);
    client.set_log(INWISE_LOG_DEBUG, [counter](inwise_log_level, std::string_view) { ++*counter; });
    client.activities();
    CHECK(*counter > 0 && counter.use_count() == 2);
    CHECK(thrown([&] { client.set_log(99, [counter](inwise_log_level, std::string_view) {}); }) == INWISE_ERR_ARGUMENT);
    CHECK(counter.use_count() == 2);
    const int before = *counter;
    client.activities();
    CHECK(*counter > before);  // the one before stays where the new one was refused
    client.set_log(INWISE_LOG_DEBUG, nullptr);
    client.activities();
    CHECK(counter.use_count() == 1);
    client.set_log(INWISE_LOG_DEBUG, [counter](inwise_log_level, std::string_view) {});
    client = inwise::Client("sandbox:?contacts=5");
    CHECK(counter.use_count() == 1);
}

}  // namespace

int main() {
    check_errors();
    check_messages();
    check_moves();
    check_walks();
    check_questions();
    check_funnels();
    check_mirrors();
    check_webhooks();
    check_other_threads();
    check_log();
    return checks_done();
}
