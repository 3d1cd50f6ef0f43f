#pragma once

#include "auth/fernet.hpp"
#include "auth/jwt.hpp"
#include "auth/password.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "net/http_client.hpp"
#include "services/accounts.hpp"
#include "services/api_keys.hpp"
#include "services/changes.hpp"
#include "services/conversations.hpp"
#include "services/tasks.hpp"
#include "services/tokens.hpp"
#include "services/webhooks.hpp"
#include "support/database.hpp"

namespace todod::testing {

/// Cheap enough for a test to hash many passwords.
inline constexpr auth::Argon2Parameters cheap_argon2{.passes = 1, .memory_kib = 64, .lanes = 1};

inline constexpr const char* fernet_key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
inline constexpr const char* older_fernet_key = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";

/// The services of one I/O thread over a TestDatabase.
class TestServices : public TestDatabase {
public:
    services::Tasks& task_service() noexcept { return task_service_; }
    services::Changes& change_service() noexcept { return change_service_; }
    services::Accounts& account_service() noexcept { return account_service_; }
    services::ApiKeys& api_key_service() noexcept { return api_key_service_; }
    services::Conversations& conversation_service() noexcept { return conversation_service_; }
    const auth::Fernet& keyring() const noexcept { return keyring_; }
    services::Tokens& token_service() noexcept { return token_service_; }
    services::Webhooks& webhook_service() noexcept { return webhook_service_; }
    webhooks::Sender& sender() noexcept { return sender_; }
    auth::Jwt& jwt() noexcept { return jwt_; }
    auth::PasswordPool& passwords() noexcept { return passwords_; }
    base::Random& random() noexcept { return random_; }

    /// Whom api_key_service asks: this provider takes every key.
    services::AskProvider ask_provider = [](types::Provider, std::optional<std::string>,
                                            auth::Wiped) -> base::Async<bool> { co_return true; };

private:
    services::AskProvider ask()
    {
        return
            [this](types::Provider provider, std::optional<std::string> base_url, auth::Wiped key) {
                return ask_provider(provider, std::move(base_url), std::move(key));
            };
    }

    base::SecureRandom random_;
    auth::Jwt jwt_{{"a secret of at least 32 characters", {}, {}, {}}};
    auth::PasswordPool passwords_{cheap_argon2, 1, random_};
    auth::Fernet keyring_{std::vector<std::string>{fernet_key}};
    services::Tasks task_service_{tasks(), clock(), random_};
    services::Changes change_service_{changes(), tasks(), clock(), store::Retention{}.trash};
    services::Accounts account_service_{accounts(), passwords_, &jwt_, loop(), clock(), random_};
    services::ApiKeys api_key_service_{api_keys(), &keyring_, ask(), false, clock(), random_};
    services::Conversations conversation_service_{conversations(), clock()};
    services::Tokens token_service_{tokens(), clock(), random_};
    base::Metrics metrics_;
    net::HttpClient http_client_;
    webhooks::Sender sender_{http_client_, keyring_, false, clock(), random_, metrics_};
    /// Sends to whatever address.
    services::Webhooks webhook_service_{
        TestDatabase::webhooks(), changes(), &sender_, {false, false}, loop(), clock(), random_};
};

}  // namespace todod::testing
