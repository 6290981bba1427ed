/* SPDX-License-Identifier: MIT
 *
 * inwise.hpp: inwise.h for C++17. Handles that close themselves, std::string in and out, and exceptions.
 *
 *     try {
 *         inwise::Client client("sandbox:?seed=7");
 *         inwise::Funnel funnel;
 *         for (const std::string &rows : client.cursor("activities", R"({"campaign_id":1958368})"))
 *             funnel.add("activities", rows);
 *         std::cout << funnel.summary() << '\n';
 *     } catch (const inwise::Error &error) {
 *         std::cerr << error.what() << '\n';
 *     }
 *
 * What functions do, their options, query keys and errors stand in inwise.h; here is what C++ adds.
 *
 * - Texts are JSON in UTF-8, as in inwise.h, and belong to whoever receives them. "{}" stands for no options and no query.
 * - A function that fails throws Error; what is noexcept doesn't. Objects stay as they were, and a cursor goes on from the same
 *   place. std::bad_alloc is thrown where there is no memory for the std::string: the text that it was to hold is lost.
 * - Objects can be moved, not copied. Their destructors close the handle: a client's cancels the calls in flight on other
 *   threads and waits for them. One that was moved from can be assigned and destroyed; any other use of it throws an Error
 *   with INWISE_ERR_CLOSED, as does the use of one that was closed. Clients, cursors and funnels may go in any order.
 * - Member functions may be called from any thread, several at once; moving, assigning and destroying an object, and
 *   Client::set_log, are for one thread while no other uses it.
 * - get() gives the handle, still owned by the object, for what only inwise.h has.
 *
 * Needs neither RTTI nor a library but libinwise, and defines no macro but its guard. The namespace inwise::detail is private.
 */
#ifndef INWISE_HPP
#define INWISE_HPP

#include <inwise.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace inwise {

namespace detail {

/* The index behind the string that begins at json[at] with its quote. */
inline std::size_t string_end(std::string_view json, std::size_t at) noexcept {
    for (++at; at < json.size() && json[at] != '"'; ++at)
        if (json[at] == '\\') ++at;
    return std::min(at + 1, json.size());
}

/* A member's value as it stands in the text of a flat JSON object, such as an error is; empty if there is none. */
inline std::string_view member(std::string_view json, std::string_view name) noexcept {
    for (std::size_t key = json.find('"'); key < json.size(); key = json.find('"', key)) {
        const std::size_t colon = string_end(json, key), value = colon + 1;
        if (value >= json.size() || json[colon] != ':') break;
        const std::size_t end = json[value] == '"' ? string_end(json, value) : json.find_first_of(",}", value);
        if (json.substr(key + 1, colon - key - 2) == name) return json.substr(value, end - value);
        key = end;
    }
    return {};
}

template <class Number>
std::optional<Number> number(std::string_view digits, int base = 10) noexcept {
    Number number = 0;
    const std::from_chars_result read = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size() ? std::optional<Number>(number) : std::nullopt;
}

/* A JSON string, quotes included, as the text it stands for. What is no character becomes U+FFFD. */
inline std::string unescape(std::string_view json) {
    const auto escaped = [json](std::size_t at) { /* the code unit of \uXXXX, 0xFFFD if none is there */
        const bool is_there = at + 6 < json.size() && json[at] == '\\' && json[at + 1] == 'u';
        return is_there ? number<unsigned>(json.substr(at + 2, 4), 16).value_or(0xFFFD) : 0xFFFD;
    };
    std::string text;
    for (std::size_t at = 1; at + 1 < json.size(); ++at) {
        constexpr std::string_view names = "bfnrt", characters = "\b\f\n\r\t";
        if (json[at] != '\\') {
            text += json[at];
        } else if (json[at + 1] != 'u') {
            const std::size_t index = names.find(json[++at]);
            text += index < names.size() ? characters[index] : json[at];
        } else {
            unsigned code = escaped(at);
            at += 5;
            if (code >= 0xD800 && code < 0xE000) { /* a half of a pair */
                const unsigned low = escaped(at + 1);
                const bool is_pair = code < 0xDC00 && low >= 0xDC00 && low < 0xE000;
                code = is_pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
                if (is_pair) at += 6;
            }
            const int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3; /* bytes of UTF-8 */
            text += static_cast<char>((more == 0 ? 0 : 0xFF00 >> (more + 1) & 0xFF) | code >> 6 * more);
            for (int left = more; left-- > 0;) text += static_cast<char>(0x80 | (code >> 6 * left & 0x3F));
        }
    }
    return text;
}

}  // namespace detail

/* What went wrong. what() is the message: what happened, and what to do about it. The API key is in none. */
class Error : public std::runtime_error {
  public:
    /* json is what the library gave, or "" where its function gives no text. */
    Error(inwise_status status, const std::string &json)
        : std::runtime_error(message(status, json)), status_(status), json_(std::make_shared<const std::string>(json)) {}

    /* INWISE_ERR_…, below 0. */
    inwise_status status() const noexcept { return status_; }
    /* The status as errors carry it, for example "rate_limit". Static. */
    const char *name() const noexcept { return inwise_status_name(status_); }
    /* The error as inwise.h describes it, or "". Valid as long as this object is. */
    const std::string &json() const noexcept { return *json_; }
    /* One of "http_status", "attempts" and "retry_after" (seconds), where it applies. */
    std::optional<long long> number(std::string_view member) const noexcept {
        return detail::number<long long>(detail::member(*json_, member));
    }

  private:
    static std::string message(inwise_status status, std::string_view json) {
        const std::string text = detail::unescape(detail::member(json, "message"));
        return text.empty() ? std::string("libinwise answered: ") + inwise_status_name(status) : text;
    }

    inwise_status status_;
    std::shared_ptr<const std::string> json_; /* shared: copying an exception must not throw */
};

namespace detail {

struct Free {
    void operator()(char *text) const noexcept { inwise_free(text); }
    void operator()(unsigned char *bytes) const noexcept { inwise_free_bytes(bytes); }
};

/* Takes over what a function gave: its result, or the error to throw. */
inline std::string taken(inwise_status status, char *given = nullptr) {
    const std::unique_ptr<char, Free> text(given);
    std::string copy(given == nullptr ? "" : given);
    if (status < 0) throw Error(status, copy);
    return copy;
}

/* Calls a function whose last parameter receives a text. */
template <class Function, class... Arguments>
std::string call(Function *function, Arguments... arguments) {
    char *given = nullptr;
    const inwise_status status = function(arguments..., &given);
    return taken(status, given);
}

/* A text for C, which would take a NUL for its end. */
inline const char *text(const std::string &text) {
    if (text.find('\0') == std::string::npos) return text.c_str();
    throw Error(INWISE_ERR_ARGUMENT, R"({"message":"A text with a NUL character is neither a URL nor JSON; nothing was sent."})");
}

/* The one owner of a handle. */
template <class Type, inwise_status (*Close)(Type *)>
class Handle {
  public:
    Handle(Handle &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept {
        if (this == &other) return *this;
        Close(handle_);
        handle_ = std::exchange(other.handle_, nullptr);
        return *this;
    }

    /* Closes the handle before its time; false if it was closed. */
    bool close() noexcept { return Close(handle_) == INWISE_OK; }
    Type *get() const noexcept { return handle_; }

  protected:
    Handle() noexcept = default;
    ~Handle() { Close(handle_); }

    Type *handle_ = nullptr; /* stays when it is closed: other threads may be reading it */
};

}  // namespace detail

/* Counts made of rows; they merge. */
class Funnel : public detail::Handle<inwise_funnel, inwise_funnel_close> {
  public:
    Funnel() { detail::call(inwise_funnel_create, nullptr, &handle_); }

    /* A funnel of bytes that save gave. */
    static Funnel load(std::string_view bytes) { return Funnel(bytes); }
    /* The funnel as bytes, which are no text. */
    std::string save() const {
        unsigned char *bytes = nullptr;
        std::size_t length = 0;
        detail::taken(inwise_funnel_save(handle_, &bytes, &length));
        const std::unique_ptr<unsigned char, detail::Free> owned(bytes);
        return std::string(reinterpret_cast<const char *>(bytes), length);
    }

    /* Adds rows, a JSON array of a kind: "sentEmails", "undelivered" or "activities". */
    void add(const std::string &kind, std::string_view rows) {
        detail::call(inwise_funnel_add, handle_, detail::text(kind), rows.data(), rows.size());
    }
    /* Adds all that from counted; from stays as it was. */
    void merge(const Funnel &from) { detail::taken(inwise_funnel_merge(handle_, from.handle_)); }
    /* The counts so far, an object. */
    std::string summary(const std::string &query = "{}") const {
        return detail::call(inwise_funnel_summary, handle_, detail::text(query));
    }

  private:
    explicit Funnel(std::string_view bytes) {
        detail::call(inwise_funnel_load, reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(), &handle_);
    }
};

/* A walk over every page of an answer. */
class Cursor : public detail::Handle<inwise_cursor, inwise_cursor_close> {
  public:
    /* Goes over pages. The cursor must stay where it is meanwhile. */
    class Iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::string;
        using difference_type = std::ptrdiff_t;
        using pointer = const std::string *;
        using reference = const std::string &;

        Iterator() noexcept = default; /* the end */
        explicit Iterator(Cursor &cursor) : cursor_(&cursor) { ++*this; }
        reference operator*() const { return page_; }
        pointer operator->() const { return &page_; }
        Iterator &operator++() {
            page_ = cursor_->next().value_or("");
            if (page_.empty()) cursor_ = nullptr;
            return *this;
        }
        /* What *it++ gives: the page that it stood on. */
        struct Passed {
            std::string page;
            const std::string &operator*() const noexcept { return page; }
        };
        Passed operator++(int) {
            Passed passed{std::move(page_)};
            ++*this;
            return passed;
        }
        friend bool operator==(const Iterator &left, const Iterator &right) noexcept { return left.cursor_ == right.cursor_; }
        friend bool operator!=(const Iterator &left, const Iterator &right) noexcept { return left.cursor_ != right.cursor_; }

      private:
        Cursor *cursor_ = nullptr;
        std::string page_;
    };

    /* The walk from where it stands, page by page, each a JSON array that is not empty; begin reads one. */
    Iterator begin() { return Iterator(*this); }
    Iterator end() noexcept { return Iterator(); }

    /* The next page; nothing when there are no more. */
    std::optional<std::string> next() {
        std::string page = detail::call(inwise_cursor_next, handle_);
        return page.empty() ? std::nullopt : std::optional<std::string>(std::move(page));
    }
    /* How the walk stands, an object. */
    std::string info() const { return detail::call(inwise_cursor_info, handle_); }

  private:
    friend class Client;
    Cursor(inwise_client *client, const std::string &method, const std::string &query) {
        detail::call(inwise_cursor_open, client, detail::text(method), detail::text(query), &handle_);
    }
};

/* Reads one webhook, the body of a POST, as an event, an object. */
inline std::string parse_webhook(std::string_view body, const std::string &options = "{}") {
    return detail::call(inwise_webhook_parse, body.data(), body.size(), detail::text(options));
}

/* A source that answers questions. */
class Client : public detail::Handle<inwise_client, inwise_close> {
  public:
    explicit Client(const std::string &url, const std::string &options = "{}") {
        detail::call(inwise_open, detail::text(url), detail::text(options), &handle_);
    }
    Client(Client &&) noexcept = default;
    Client &operator=(Client &&) noexcept = default;
    ~Client() { close(); } /* before log_ goes, which calls in flight may be using */

    /* One page each, a JSON array of rows; the summary is one object. The recent ones consume what they read, but for the "consumer" of
     * a mirror. */
    std::string sent_emails(const std::string &query = "{}") const { return ask(inwise_sent_emails, query); }
    std::string undelivered(const std::string &query = "{}") const { return ask(inwise_undelivered, query); }
    std::string activities(const std::string &query = "{}") const { return ask(inwise_activities, query); }
    std::string activities_summary(const std::string &query) const { return ask(inwise_activities_summary, query); }
    std::string recent_activities(const std::string &query = "{}") const { return ask(inwise_recent_activities, query); }
    std::string recent_sent_emails(const std::string &query = "{}") const { return ask(inwise_recent_sent_emails, query); }
    std::string recent_undelivered(const std::string &query = "{}") const { return ask(inwise_recent_undelivered, query); }

    /* A walk over "sentEmails", "undelivered" or "activities", or a mirror's "webhookEvents". */
    Cursor cursor(const std::string &method, const std::string &query = "{}") const { return Cursor(handle_, method, query); }

    /* Told how a sync goes, an object; on the thread of the sync, between its steps. false stops it there; an exception does so too, and
     * comes out of sync. */
    using Progress = std::function<bool(std::string_view progress)>;

    /* Brings a mirror, a client of a "file:" URL, in step with this source. Gives the report, an object. */
    std::string sync(const Client &mirror, const std::string &options = "{}", const Progress &progress = {}) const {
        Told told{&progress, nullptr};
        char *report = nullptr;
        const inwise_status status =
            inwise_sync(handle_, mirror.handle_, detail::text(options), progress ? tell : nullptr, &told, &report);
        std::unique_ptr<char, detail::Free> owned(report);
        if (told.thrown) std::rethrow_exception(told.thrown);
        return detail::taken(status, owned.release());
    }
    /* Tells this mirror up to which of its recent rows a consumer has dealt with them. */
    void acknowledge(const std::string &query) const { ask(inwise_acknowledge, query); }

    /* Reads one webhook and keeps its event in this mirror, durably once this returns. Gives the event, an object. */
    std::string ingest_webhook(std::string_view body, const std::string &options = "{}") const {
        return detail::call(inwise_webhook_ingest, handle_, body.data(), body.size(), detail::text(options));
    }

    /* Ends the calls in flight: they throw INWISE_ERR_CANCELLED. False if the client is closed. */
    bool cancel() const noexcept { return inwise_cancel(handle_) == INWISE_OK; }

    /* Receives a line of the log, on the thread of the call that logs, within that call: it must not call this client, except
     * cancel. An exception that leaves it ends there: it reaches neither the library nor the caller. */
    using Log = std::function<void(inwise_log_level level, std::string_view line)>;

    /* Sends log lines of level and graver to a function, which the client keeps; an empty one stops them. */
    void set_log(inwise_log_level level, Log log) {
        auto kept = std::make_unique<Log>(std::move(log));
        detail::taken(inwise_set_log(handle_, level, *kept ? write : nullptr, kept.get()));
        log_ = std::move(kept);
    }

  private:
    std::string ask(inwise_status (*question)(inwise_client *, const char *, char **), const std::string &query) const {
        return detail::call(question, handle_, detail::text(query));
    }
    struct Told {
        const Progress *progress;
        std::exception_ptr thrown;
    };
    static std::int32_t tell(const char *progress, void *context) noexcept {
        Told &told = *static_cast<Told *>(context);
        try {
            return (*told.progress)(progress) ? 0 : 1;
        } catch (...) {
            told.thrown = std::current_exception();
            return 1;
        }
    }
    static void write(inwise_log_level level, const char *line, void *log) noexcept {
        try {
            (*static_cast<Log *>(log))(level, line);
        } catch (...) {
        }
    }

    std::unique_ptr<Log> log_; /* at an address that stays when the client moves */
};

}  // namespace inwise

#endif /* INWISE_HPP */
