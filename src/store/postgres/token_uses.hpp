#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "db/postgres/line.hpp"
#include "store/tokens.hpp"

namespace todod::store::postgres {

/// Which tokens have been used when: written beside what somebody waits for, one set at a time.
/// For any thread; must not go before its line has stopped.
class TokenUses {
public:
    /// What comes when so many wait is not noted: the next use will be.
    static constexpr std::size_t max_waiting = 1000;

    struct Use {
        std::string user_id;
        base::Uuid id;
        base::Instant at;
    };

    explicit TokenUses(db::postgres::Line& line) : line_(line) {}
    TokenUses(const TokenUses&) = delete;
    TokenUses& operator=(const TokenUses&) = delete;

    void note(Use use);

private:
    bool take(std::vector<Use>& batch);
    base::Async<void> write_all();
    base::Async<void> write(std::vector<Use> batch);

    db::postgres::Line& line_;
    std::mutex mutex_;  ///< of what follows
    std::vector<Use> waiting_;
    bool is_writing_ = false;
};

}  // namespace todod::store::postgres
