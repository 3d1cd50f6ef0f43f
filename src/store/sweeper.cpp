#include "store/sweeper.hpp"

#include "base/blocking_loop.hpp"
#include "base/error.hpp"
#include "store/idempotency.hpp"

namespace todod::store {

Sweeper::Sweeper(Storage& storage, const base::Clock& clock, base::Log& log, Retention retention,
                 std::chrono::milliseconds between)
    : storage_(storage),
      clock_(clock),
      log_(log),
      retention_(retention),
      between_(between),
      thread_([this] { run(); })
{
}

Sweeper::~Sweeper()
{
    stop();
    thread_.join();
}

void Sweeper::stop()
{
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    wake_.notify_one();
}

void Sweeper::run()
{
    std::optional<base::BlockingLoop> loop;
    std::unique_ptr<Database> database;
    while (!is_stopping()) {
        try {
            if (!loop) loop.emplace();
            if (!database) database = storage_.connect(*loop);
            sweep(*loop, *database);
        } catch (const base::Error& error) {
            warn(error.cause().empty() ? error.message() : error.cause());
        } catch (const std::exception& error) {
            warn(error.what());
        }
        std::unique_lock lock{mutex_};
        wake_.wait_for(lock, between_, [this] { return is_stopping_; });
    }
}

template <class Step>
void Sweeper::go_through(base::BlockingLoop& loop, Step step)
{
    std::optional<std::string> after{std::in_place};
    while (after && !is_stopping())
        after = loop.run(step(*std::move(after)));
}

void Sweeper::sweep(base::BlockingLoop& loop, Database& database)
{
    const base::Instant now = clock_.now();
    go_through(loop, [&](std::string after) {
        return database.forget_answers(std::move(after), last_expired(now));
    });
    go_through(loop, [&](std::string after) {
        return database.forget_changes(std::move(after), now - retention_.changes,
                                       now - retention_.trash);
    });
}

void Sweeper::warn(std::string_view cause)
{
    log_.write(base::LogLevel::warning, "todod.store",
               fmt::format("What has expired stays until the next sweep: {}", cause));
}

bool Sweeper::is_stopping()
{
    const std::lock_guard lock{mutex_};
    return is_stopping_;
}

}  // namespace todod::store
