#include "services/tokens.hpp"

#include <gmock/gmock.h>

#include "auth/token.hpp"
#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/services.hpp"

namespace todod::services {
namespace {

using base::ErrorCode;
using std::chrono::days;
using testing::error_of;
using ::testing::IsEmpty;
using types::Scope;

class TokenService : public ::testing::Test, public testing::TestServices {
protected:
    TokenService()
    {
        add_user("ada");
        add_user("bob");
    }

    types::NewToken create(std::string user_id, std::vector<Scope> scopes,
                           std::optional<std::int64_t> in_days = {})
    {
        return run(token_service().create(
            std::move(user_id),
            {.name = "agent", .scopes = std::move(scopes), .expires_in_days = in_days}));
    }
    ErrorCode refusal_to_remove(std::string user_id, std::string token_id)
    {
        return error_of(
                   [&] { run(token_service().remove(std::move(user_id), {std::move(token_id)})); })
            .code();
    }
};

TEST_F(TokenService, a_token_is_shown_once_and_found_by_its_hash)
{
    const auto made = create("ada", {Scope::remove, Scope::read}, 30);
    EXPECT_EQ(made.name, "agent");
    EXPECT_THAT(made.scopes, ::testing::ElementsAre(Scope::read, Scope::remove));
    EXPECT_EQ(made.created_at, clock().now());
    EXPECT_EQ(made.expires_at, clock().now() + days{30});
    EXPECT_EQ(made.last_used_at, std::nullopt);
    const auto grant = run(tokens().find(auth::hash_token(made.token).value()));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->user_id, "ada");
    EXPECT_EQ(grant->id, made.id);
    EXPECT_THAT(run(token_service().list("ada")),
                ::testing::ElementsAre(static_cast<const types::Token&>(made)));
    EXPECT_THAT(run(token_service().list("bob")), IsEmpty());
    EXPECT_FALSE(run(tokens().find(made.token))) << "it is not kept as it is sent";
}

TEST_F(TokenService, a_token_is_revoked_by_its_user_alone)
{
    const auto made = create("ada", {Scope::read});
    const std::string id = base::to_string(made.id);
    EXPECT_EQ(refusal_to_remove("bob", id), ErrorCode::not_found);
    for (const std::string& other : {std::string{}, std::string{"1"}, id + "0", made.token})
        EXPECT_EQ(refusal_to_remove("ada", other), ErrorCode::not_found) << other;
    run(token_service().remove("ada", {id}));
    EXPECT_THAT(run(token_service().list("ada")), IsEmpty());
    EXPECT_EQ(refusal_to_remove("ada", id), ErrorCode::not_found);
}

}  // namespace
}  // namespace todod::services
