#include "db/postgres/binary.hpp"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "db/postgres/live_connection.hpp"
#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using base::Instant;
using base::Uuid;
using testing::LiveConnection;
using namespace std::string_literals;

/// What the server makes of `value`, and how it says that in words.
template <class T>
std::pair<T, std::string> echo(LiveConnection& live, std::string_view type, const T& value)
{
    const Rows rows =
        live.ask(fmt::format("SELECT $1::{0}, $1::{0}::text", type), Parameters::of(value));
    return {rows.get<T>(0, 0), rows.get<std::string>(0, 1)};
}

template <class T>
using Table = std::vector<std::tuple<std::string_view, T, std::string>>;

template <class T>
void expect_echoes(const Table<T>& table)
{
    LiveConnection live;
    for (const auto& [type, value, words] : table) {
        const auto [back, said] = echo(live, type, value);
        EXPECT_TRUE(back == value) << words;
        EXPECT_EQ(said, words);
    }
}

TEST(Binary, goes_there_and_back_for_booleans_and_integers)
{
    expect_echoes<bool>({{"bool", true, "true"}, {"bool", false, "false"}});
    expect_echoes<std::int16_t>(
        {{"int2", 0, "0"}, {"int2", -1, "-1"}, {"int2", -32768, "-32768"}, {"int2", 258, "258"}});
    expect_echoes<std::int32_t>(
        {{"int4", 0, "0"}, {"int4", -2, "-2"}, {"int4", 2147483647, "2147483647"}});
    expect_echoes<std::int64_t>(
        {{"int8", 0, "0"},
         {"int8", -3, "-3"},
         {"int8", 0x0102030405060708, "72623859790382856"},
         {"int8", std::numeric_limits<std::int64_t>::min(), "-9223372036854775808"}});
}

TEST(Binary, goes_there_and_back_for_texts)
{
    Table<std::string> table;
    for (const auto& text :
         {""s, "milk"s, "it's \\ \"quoted\"\n\t"s, "Größe 牛乳 👍🏽"s, std::string(100'000, 'x')})
        table.emplace_back("text", text, text);
    expect_echoes(table);
}

TEST(Binary, goes_there_and_back_for_uuids)
{
    const std::string text = "01234567-89ab-4cde-8f01-23456789abcd";
    expect_echoes<Uuid>({{"uuid", base::parse_uuid(text).value(), text}});
}

TEST(Binary, goes_there_and_back_for_instants_before_and_after_every_epoch)
{
    const auto at = [](std::int64_t milliseconds) {
        return Instant{std::chrono::milliseconds{milliseconds}};
    };
    LiveConnection live;
    live.ask("SET TIME ZONE 'UTC'");
    for (const auto& [instant, words] : std::initializer_list<std::pair<Instant, std::string>>{
             {at(0), "1970-01-01 00:00:00+00"},
             {at(-1), "1969-12-31 23:59:59.999+00"},
             {at(946684800000), "2000-01-01 00:00:00+00"},
             {at(946684799999), "1999-12-31 23:59:59.999+00"},
             {at(1763728800123), "2025-11-21 12:40:00.123+00"},
             {at(-62135596800000), "0001-01-01 00:00:00+00"},
             {at(253402300799999), "9999-12-31 23:59:59.999+00"}}) {
        const auto [back, said] = echo(live, "timestamptz", instant);
        EXPECT_EQ(back, instant) << words;
        EXPECT_EQ(said, words);
    }
}

TEST(Binary, cuts_off_what_is_finer_than_a_millisecond)
{
    LiveConnection live;
    for (const auto& [words, milliseconds] :
         std::initializer_list<std::pair<const char*, std::int64_t>>{
             {"2000-01-01 00:00:00.000999+00", 946684800000},
             {"1999-12-31 23:59:59.999999+00", 946684799999},
             {"1999-12-31 23:59:59.999001+00", 946684799999},
             {"1969-12-31 23:59:59.9985+00", -2},
             {"2025-11-21 12:40:00.123456+00", 1763728800123}}) {
        const Rows rows = live.ask(fmt::format("SELECT '{}'::timestamptz", words));
        EXPECT_EQ(rows.get<Instant>(0, 0), Instant{std::chrono::milliseconds{milliseconds}})
            << words;
    }
}

TEST(Binary, goes_there_and_back_for_json_as_it_is_written)
{
    expect_echoes<Json>({{"json", {"[]"}, "[]"},
                         {"json", {R"( ["Café", "q\"q"] )"}, R"( ["Café", "q\"q"] )"},
                         {"json", {R"({"a":1,"a":2})"}, R"({"a":1,"a":2})"}});
}

TEST(Binary, sends_lexemes_in_any_script_and_with_any_character)
{
    LiveConnection live;
    for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                  {"apple", "pear"},
                                                  {" ", "\"", "'", ":1A", "\\", "a b"},
                                                  {"größe", "牛乳", "👍🏽"},
                                                  {std::string(2046, 'x')}}) {
        Parameters parameters = Parameters::of(Lexemes{words});
        parameters.add_array(words, [](const std::string& word) -> auto& { return word; });
        const Rows rows = live.ask("SELECT tsvector_to_array($1) = $2", std::move(parameters));
        EXPECT_TRUE(rows.get<bool>(0, 0)) << fmt::format("{}", fmt::join(words, ","));
    }
    EXPECT_EQ(live.ask("SELECT $1::tsvector @@ '''it''''s'''::tsquery",
                       Parameters::of(Lexemes{{"it's", "so"}}))
                  .get<bool>(0, 0),
              true);
}

TEST(Binary, refuses_what_is_of_another_type)
{
    LiveConnection live;
    const Rows rows = live.ask("SELECT 1::int4, 'text', now(), true");
    const auto expect_refused = [](auto read) {
        const auto error = testing::error_of(read);
        EXPECT_EQ(error.code(), base::ErrorCode::internal);
    };
    for (const int column : {1, 2, 3}) {
        SCOPED_TRACE(column);
        expect_refused([&] { rows.get<std::int16_t>(0, column); });
        expect_refused([&] { rows.get<std::int32_t>(0, column == 1 ? 2 : column); });
        expect_refused([&] { rows.get<Uuid>(0, column); });
    }
    expect_refused([&] { rows.get<std::int64_t>(0, 0); });
    expect_refused([&] { rows.get<bool>(0, 0); });
    expect_refused([&] { rows.get<Instant>(0, 0); });
}

}  // namespace
}  // namespace todod::db::postgres
