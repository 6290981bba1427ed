// SPDX-License-Identifier: MIT
//
// funnel funnel-json FOLDER: 1,000 pages from files, through simdjson On-Demand (keys in order) into a flat hash set of
// (campaign, contact, type).
#include <fcntl.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "../c/worker.h"

using namespace simdjson;

static void check(error_code error) {
    if (error) fail(error_message(error));
}

// Keys that are never 0, with linear probing, at most two thirds full.
class FlatSet {
public:
    bool insert(uint64_t key) {
        size_t at = slot(key);
        while (slots[at]) {
            if (slots[at] == key) return false;
            at = (at + 1) & (slots.size() - 1);
        }
        slots[at] = key;
        if (++count * 3 > slots.size() * 2) grow();
        return true;
    }

private:
    size_t slot(uint64_t key) const {
        key *= 0x9E3779B97F4A7C15u;
        return (key ^ key >> 32) & (slots.size() - 1);
    }

    void grow() {
        std::vector<uint64_t> old(slots.size() * 2);
        old.swap(slots);
        for (uint64_t key : old) {
            if (!key) continue;
            size_t at = slot(key);
            while (slots[at]) at = (at + 1) & (slots.size() - 1);
            slots[at] = key;
        }
    }

    std::vector<uint64_t> slots = std::vector<uint64_t>(1 << 16);
    size_t count = 0;
};

struct Stage {
    int64_t campaign;
    std::string type;
    uint64_t count, unique;
};

class Funnel {
public:
    void add(int64_t campaign, int64_t contact, std::string_view type) {
        size_t at = find(campaign, type);
        stages[at].count++;
        if (contact < 0 || contact >> 44) fail("a contact's id");
        stages[at].unique += contacts.insert(static_cast<uint64_t>(contact) << 20 | (at + 1));
    }

    std::vector<Stage> stages;

private:
    // Few campaigns have few types: campaigns are found by a small table of their own, then types one by one.
    size_t find(int64_t campaign, std::string_view type) {
        for (uint64_t hash = static_cast<uint64_t>(campaign) * 0x9E3779B97F4A7C15u;; hash += uint64_t(1) << 52) {
            Campaign &entry = campaigns[hash >> 52];
            if (entry.stages.empty()) entry.id = campaign;
            if (entry.id != campaign) continue;
            for (size_t at : entry.stages)
                if (stages[at].type == type) return at;
            stages.push_back({campaign, std::string(type), 0, 0});
            entry.stages.push_back(stages.size() - 1);
            return stages.size() - 1;
        }
    }

    struct Campaign {
        int64_t id;
        std::vector<size_t> stages;
    };
    std::vector<Campaign> campaigns = std::vector<Campaign>(4096);
    FlatSet contacts;
};

struct Work {
    std::string folder;
    Funnel funnel;
};

static void read_page(const std::string &path, std::vector<char> &page, size_t &length) {
    int file = open(path.c_str(), O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) fail(path.c_str());
    length = static_cast<size_t>(status.st_size);
    if (page.size() < length + SIMDJSON_PADDING) page.resize(length + SIMDJSON_PADDING);
    if (read(file, page.data(), length) != status.st_size) fail(path.c_str());
    close(file);
}

static void run(void *state) {
    Work &work = *static_cast<Work *>(state);
    work.funnel = Funnel();
    ondemand::parser parser;
    std::vector<char> page;
    for (int i = 0; i < 1000; i++) {
        char name[32];
        size_t length;
        std::snprintf(name, sizeof name, "/plain/%04d.json", i);
        read_page(work.folder + name, page, length);
        ondemand::document document;
        ondemand::array rows;
        check(parser.iterate(page.data(), length, page.size()).get(document));
        check(document.get_array().get(rows));
        for (auto element : rows) {
            ondemand::object row;
            int64_t contact, campaign;
            std::string_view type;
            check(element.get_object().get(row));
            check(row.find_field("contact_id").get_int64().get(contact));
            check(row.find_field("campaign_id").get_int64().get(campaign));
            check(row.find_field("action_type").get_string().get(type));
            work.funnel.add(campaign, contact, type);
        }
    }
}

static void answer(void *state, FILE *out) {
    const char *comma = "[";
    for (const Stage &stage : static_cast<Work *>(state)->funnel.stages) {
        std::fprintf(out, "%s[%lld,\"%s\",%llu,%llu]", comma, static_cast<long long>(stage.campaign), stage.type.c_str(),
                     static_cast<unsigned long long>(stage.count), static_cast<unsigned long long>(stage.unique));
        comma = ",";
    }
    std::fputs("]", out);
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    Work work = {argv[2], {}};
    serve(run, answer, &work);
}
