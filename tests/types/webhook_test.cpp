#include "types/webhook.hpp"

#include <gmock/gmock.h>

#include "support/schema.hpp"

namespace todod::types {
namespace {

using namespace todod::testing;
using boost::json::parse;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Outcome<WebhookRequest> read(std::string_view json)
{
    const auto body = parse(json);
    return read_request<WebhookRequest>({.path = {}, .query = {}, .headers = {}, .body = &body});
}

TEST(ChangeKinds, are_joined_and_split)
{
    EXPECT_EQ(join(std::vector<ChangeKind>{}), 0);
    EXPECT_EQ(join(std::vector{ChangeKind::purge, ChangeKind::create, ChangeKind::purge}), 0b10001);
    EXPECT_THAT(split_kinds(0), IsEmpty());
    EXPECT_THAT(split_kinds(0b10001), ElementsAre(ChangeKind::create, ChangeKind::purge));
    EXPECT_EQ(join(all_change_kinds()), 0b11111);
}

TEST(WebhookRequest, is_read_in_either_spelling)
{
    const auto snake = read(R"({"url": " https://a.example ", "events": ["DELETE", "create",)"
                            R"( "delete"], "from_seq": 3})");
    EXPECT_THAT(snake.errors, IsEmpty());
    EXPECT_EQ(snake.value.url, "https://a.example");
    EXPECT_THAT(snake.value.events.value(), ElementsAre(ChangeKind::remove, ChangeKind::create));
    EXPECT_EQ(snake.value.from_seq, 3);
    EXPECT_EQ(read(R"({"url": "https://a.example", "fromSeq": 3})").value.from_seq, 3);
    EXPECT_EQ(read(R"({"url": "https://a.example"})").value.events, std::nullopt);
}

}  // namespace
}  // namespace todod::types
