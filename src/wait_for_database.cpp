#include "wait_for_database.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace todod {

namespace {

constexpr std::chrono::milliseconds first_wait{250};
constexpr std::chrono::milliseconds longest_wait{5000};

}  // namespace

std::unique_ptr<db::Migrator> wait_for_database(store::Storage& storage, base::Log& log,
                                                const base::Clock& clock, const App::Pause& pause)
{
    const auto deadline = std::chrono::steady_clock::now() + App::max_wait_for_database;
    for (auto wait = first_wait;; wait = std::min(2 * wait, longest_wait)) {
        try {
            return storage.migrator(clock, true);
        } catch (const base::Error& error) {
            const bool passes = storage.is_remote() &&
                                error.code() == base::ErrorCode::unavailable &&
                                std::chrono::steady_clock::now() + wait < deadline;
            if (!passes) throw;
            log.write(base::LogLevel::warning, "todod",
                      fmt::format("Waiting for the database: {}", error.cause()));
        }
        if (!pause(wait)) {
            throw base::Error{base::ErrorCode::unavailable,
                              "stopped while it waited for the database"};
        }
    }
}

}  // namespace todod
