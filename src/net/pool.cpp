#include "net/pool.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace todod::net {

using SteadyClock = std::chrono::steady_clock;

struct Pool::Clock {
    boost::asio::steady_timer timer;
    bool is_set = false;
};

Pool::Pool(boost::asio::io_context& io)
    : clock_(std::make_unique<Clock>(boost::asio::steady_timer{io}))
{
}

Pool::~Pool() = default;

std::unique_ptr<Connection> Pool::take(const std::string& place)
{
    for (auto at = idle_.end(); at != idle_.begin();) {
        --at;
        if (at->place != place) continue;
        auto connection = std::move(at->connection);
        at = idle_.erase(at);
        if (connection->is_quiet()) return connection;
    }
    return nullptr;
}

void Pool::put(std::string place, std::unique_ptr<Connection> connection)
{
    if (!clock_ || !connection->is_quiet()) return;
    const auto of_place = [&](const Idle& idle) { return idle.place == place; };
    if (std::ranges::count_if(idle_, of_place) >= static_cast<long>(max_idle_per_place)) {
        idle_.erase(std::ranges::find_if(idle_, of_place));
    }
    if (idle_.size() >= max_idle) idle_.pop_front();
    idle_.push_back({std::move(place), std::move(connection), SteadyClock::now() + max_idle_time});
    close_late_ones();
}

void Pool::end()
{
    idle_.clear();
    clock_.reset();
}

/// And sees to it that it is called again when the next one is due.
void Pool::close_late_ones()
{
    const auto now = SteadyClock::now();
    while (!idle_.empty() && idle_.front().until <= now)
        idle_.pop_front();
    if (idle_.empty() || std::exchange(clock_->is_set, true)) return;
    clock_->timer.expires_at(idle_.front().until);
    clock_->timer.async_wait([this](const boost::system::error_code& error) {
        if (error || !clock_) return;
        clock_->is_set = false;
        close_late_ones();
    });
}

}  // namespace todod::net
