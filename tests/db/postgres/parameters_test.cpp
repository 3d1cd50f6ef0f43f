#include "db/postgres/parameters.hpp"

#include <gmock/gmock.h>

#include <map>

#include "db/postgres/live_connection.hpp"
#include "support/errors.hpp"

namespace todod::db::postgres {
namespace {

using ::testing::ElementsAre;
using testing::LiveConnection;

/// The first cell, as text.
std::string said(LiveConnection& live, std::string_view sql, Parameters parameters)
{
    return live.ask(sql, std::move(parameters)).get<std::string>(0, 0);
}

TEST(Parameters, are_numbered_in_their_order)
{
    LiveConnection live;
    const auto parameters = Parameters::of(std::int32_t{7}, std::string{"a"}, true,
                                           std::string_view{"b"}, std::int64_t{8});
    EXPECT_EQ(parameters.size(), 5U);
    EXPECT_EQ(said(live, "SELECT concat_ws(' ', $5, $4, $3, $2, $1)", parameters), "8 b t a 7");
}

TEST(Parameters, know_nulls_from_what_is_empty)
{
    LiveConnection live;
    const Rows rows =
        live.ask("SELECT $1, $2, $3, $4",
                 Parameters::of(std::optional<std::string>{}, std::string{},
                                std::optional<std::int64_t>{}, std::optional{std::string{"x"}}));
    EXPECT_TRUE(rows.is_null(0, 0));
    EXPECT_EQ(rows.find<std::string>(0, 0), std::nullopt);
    EXPECT_EQ(rows.find<std::string>(0, 1), "");
    EXPECT_EQ(rows.find<std::int64_t>(0, 2), std::nullopt);
    EXPECT_EQ(rows.find<std::string>(0, 3), "x");
    EXPECT_EQ(testing::error_of([&] { rows.get<std::string>(0, 0); }).code(),
              base::ErrorCode::internal);
}

TEST(Parameters, may_be_lists_with_nulls_and_of_no_items)
{
    LiveConnection live;
    const auto list = [](const auto& items) {
        Parameters parameters;
        parameters.add_array(items, [](const auto& item) { return item; });
        return parameters;
    };
    const auto words = "SELECT $1::text";
    EXPECT_EQ(said(live, words, list(std::vector<std::int32_t>{})), "{}");
    EXPECT_EQ(said(live, words, list(std::vector<std::int32_t>{1, -2})), "{1,-2}");
    EXPECT_EQ(said(live, words, list(std::vector<std::int64_t>{5})), "{5}");
    EXPECT_EQ(said(live, words, list(std::vector<std::int16_t>{6})), "{6}");
    EXPECT_EQ(said(live, words, list(std::array{true, false})), "{t,f}");
    EXPECT_EQ(said(live, words, list(std::vector<std::string>{"a b", ""})), "{\"a b\",\"\"}");
    EXPECT_EQ(said(live, words, list(std::vector<std::optional<std::string>>{"a", std::nullopt})),
              "{a,NULL}");
    EXPECT_EQ(said(live, words, list(std::vector<std::optional<std::string>>{std::nullopt})),
              "{NULL}");
    EXPECT_EQ(said(live, words, list(std::vector<std::string_view>{"c"})), "{c}");
    EXPECT_EQ(said(live, words, list(std::vector<base::Uuid>(1))),
              "{00000000-0000-0000-0000-000000000000}");
    EXPECT_EQ(said(live, words, list(std::vector<Lexemes>{{{"x", "y"}}, {}})),
              "{\"'x' 'y'\",\"\"}");
}

TEST(Parameters, take_lists_from_what_stands_in_the_items)
{
    LiveConnection live;
    const std::map<std::string, std::int64_t> counts{{"ada", 2}, {"bob", 3}};
    Parameters parameters;
    parameters.add(std::int32_t{1});
    parameters.add_array(counts, [](const auto& each) -> auto& { return each.first; });
    parameters.add_array(counts, [](const auto& each) { return each.second; });
    const Rows rows = live.ask("SELECT * FROM unnest($2, $3) WHERE $1 = 1", std::move(parameters));
    ASSERT_EQ(rows.size(), 2);
    EXPECT_EQ(rows.get<std::string>(1, 0), "bob");
    EXPECT_EQ(rows.get<std::int64_t>(1, 1), 3);
}

TEST(Parameters, may_be_refused_by_the_server_without_harm)
{
    LiveConnection live;
    const auto refused = [&](std::string_view sql, Parameters parameters) {
        EXPECT_EQ(testing::error_of([&] { live.ask(sql, std::move(parameters)); }).code(),
                  base::ErrorCode::internal)
            << sql;
    };
    refused("SELECT upper($1)", Parameters::of(std::int32_t{1}));
    refused("SELECT $1 + 1", Parameters::of(std::string{"1"}));
    refused("SELECT unnest($1)", Parameters::of(std::string{"{}"}));
    refused("SELECT $1", Parameters::of(std::string{"a\0b", 3}));
    refused("SELECT $1", Parameters::of(std::string{"\xC3("}));
    EXPECT_EQ(said(live, "SELECT $1", Parameters::of(std::string{"still here"})), "still here");
}

}  // namespace
}  // namespace todod::db::postgres
