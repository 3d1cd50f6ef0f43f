#include "net/sse_reader.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::net {
namespace {

using testing::error_of;

constexpr std::size_t much = 1000;

/// Each event as "type|data".
std::vector<std::string> read(SseReader& reader, std::string_view bytes)
{
    std::vector<std::string> lines;
    for (const auto& [type, data] : reader.put(bytes))
        lines.push_back(type + '|' + data);
    return lines;
}

struct Case {
    const char* what;
    std::string stream;
    std::vector<std::string> events;
};

const Case cases[] = {
    {"nothing", "", {}},
    {"data", "data: one\n\n", {"message|one"}},
    {"returns", "data: one\r\rdata: two\r\r", {"message|one", "message|two"}},
    {"both", "data: one\r\n\r\ndata: two\r\n\r\n", {"message|one", "message|two"}},
    {"a mixture", "data: one\r\ndata: two\ndata: three\r\n\r", {"message|one\ntwo\nthree"}},
    {"no space, and two", "data:one\ndata:  two\n\n", {"message|one\n two"}},
    {"a colon in the value", "data: a: b\n\n", {"message|a: b"}},
    {"data without a value",
     "data\n\ndata:\n\ndata\ndata\n\n",
     {"message|", "message|", "message|\n"}},
    {"a type", "event: done\ndata: x\n\ndata: y\n\n", {"done|x", "message|y"}},
    {"a type without data", "event: done\n\ndata: y\n\n", {"message|y"}},
    {"an id", "id: 7\ndata: x\n\nid\ndata: y\n\n", {"message|x", "message|y"}},
    {"comments", ": ping\n:\ndata: x\n: pong\n\n:\n\n", {"message|x"}},
    {"fields that it has not", "more: x\nDATA: y\n data: z\ndata: x\n\n", {"message|x"}},
    {"a byte order mark",
     "\xEF\xBB\xBF"
     "data: x\n\n",
     {"message|x"}},
    {"a second one",
     "\xEF\xBB\xBF\xEF\xBB\xBF"
     "data: x\n\ndata: y\n\n",
     {"message|y"}},
    {"one that is no first",
     "data: x\n\n\xEF\xBB\xBF"
     "data: y\n\n",
     {"message|x"}},
    {"an end in the middle", "data: x\n\ndata: y\n", {"message|x"}},
    {"empty lines", "\n\r\n\r\r\n\ndata: x\n\n\n\n", {"message|x"}},
    {"letters of many bytes", "data: gr\xC3\xBC\xC3\x9F\n\n", {"message|gr\xC3\xBC\xC3\x9F"}},
};

TEST(SseReader, reads_events)
{
    for (const Case& each : cases) {
        SseReader reader{much};
        EXPECT_EQ(read(reader, each.stream), each.events) << each.what;
    }
}

TEST(SseReader, does_not_mind_where_it_is_cut)
{
    for (const Case& each : cases) {
        for (std::size_t size = 1; size < 8; ++size) {
            SseReader reader{much};
            std::vector<std::string> events;
            for (std::size_t at = 0; at < each.stream.size(); at += size) {
                for (auto& event : read(reader, std::string_view{each.stream}.substr(at, size)))
                    events.push_back(std::move(event));
                EXPECT_TRUE(read(reader, "").empty());
            }
            EXPECT_EQ(events, each.events) << each.what << " in pieces of " << size;
        }
    }
}

TEST(SseReader, gives_little_more_than_what_has_come)
{
    const std::string long_one(much / 2, 'x');
    for (const std::string before : {"id: ", "event: ", ": ", "more: "}) {
        SseReader reader{much};
        reader.put(before + long_one + "\n\n");
        std::size_t size = 0;
        for (const auto& [type, data] : reader.put("data\n\ndata\n\ndata\n\n"))
            size += type.size() + data.size();
        EXPECT_EQ(size, 3 * std::string_view{"message"}.size()) << before;
    }
}

TEST(SseReader, passes_over_fields_for_who_would_connect_anew)
{
    SseReader reader{much};
    for (const char* const line : {"retry: 1500\n\n", "retry: 15s\n\n", "id: 7\n\n", "retry\n\n"})
        EXPECT_TRUE(reader.put(line).empty()) << line;
}

TEST(SseReader, has_a_bound_on_what_it_keeps)
{
    const std::string half(much / 2, 'x');
    for (const std::string& stream :
         {std::string(much + 1, 'x'), "data: " + half + "\ndata: " + half, ':' + half + half,
          "data:" + half + half + "\n\n"}) {
        SseReader reader{much};
        const auto error = error_of([&] {
            for (const char c : stream)
                reader.put({&c, 1});
        });
        EXPECT_EQ(error.code(), base::ErrorCode::too_large);
    }
    SseReader reader{much};
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(reader.put("data: " + half + "\n\n").size(), 1U) << "one after the other";
}

}  // namespace
}  // namespace todod::net
