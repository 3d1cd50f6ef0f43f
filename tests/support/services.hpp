#pragma once

#include "auth/jwt.hpp"
#include "auth/password.hpp"
#include "base/random.hpp"
#include "services/accounts.hpp"
#include "services/tasks.hpp"
#include "support/database.hpp"

namespace todod::testing {

/// Cheap enough for a test to hash many passwords.
inline constexpr auth::Argon2Parameters cheap_argon2{.passes = 1, .memory_kib = 64, .lanes = 1};

/// The services of one I/O thread over a TestDatabase.
class TestServices : public TestDatabase {
public:
    services::Tasks& task_service() noexcept { return task_service_; }
    services::Accounts& account_service() noexcept { return account_service_; }
    auth::Jwt& jwt() noexcept { return jwt_; }
    auth::PasswordPool& passwords() noexcept { return passwords_; }
    base::Random& random() noexcept { return random_; }

private:
    base::SecureRandom random_;
    auth::Jwt jwt_{{"a secret of at least 32 characters", {}, {}, {}}};
    auth::PasswordPool passwords_{cheap_argon2, 1, random_};
    services::Tasks task_service_{tasks(), clock(), random_};
    services::Accounts account_service_{accounts(), passwords_, &jwt_, loop(), clock(), random_};
};

}  // namespace todod::testing
