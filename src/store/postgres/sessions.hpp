#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "db/postgres/reads.hpp"
#include "store/sessions.hpp"

namespace todod::store::postgres {

struct Gathers;

/// One request for a session.
struct FindSession : db::postgres::Waiting {
    std::vector<std::string> tokens;
    std::optional<Session> session{};  ///< the outcome
};

/// The statement that find_sessions asks.
std::string session_statement(const SessionTable& table);

/// Asks for all of `batch` at once; `statement` must outlive the connections.
db::postgres::Question find_sessions(std::string_view statement,
                                     const std::vector<FindSession*>& batch);

/// One I/O thread's.
class Sessions final : public store::Sessions {
public:
    /// A table that cannot be read is not asked for again before: a statement that fails keeps the
    /// others of its round waiting.
    static constexpr std::chrono::seconds pause{1};

    /// Both must outlive this.
    Sessions(Gathers& gathers, base::Loop& loop) : gathers_(gathers), loop_(loop) {}

    base::Async<std::optional<Session>> find(std::vector<std::string> tokens) override;

private:
    struct Fault {
        base::Error error;
        std::chrono::steady_clock::time_point until;
    };

    Gathers& gathers_;
    base::Loop& loop_;
    std::optional<Fault> fault_;
};

}  // namespace todod::store::postgres
