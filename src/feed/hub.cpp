#include "feed/hub.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace todod::feed {

namespace {

/// When who finds no room may try again.
constexpr std::chrono::seconds wait_for_room{10};

}  // namespace

void Hub::wake_here(UserKey user)
{
    Shard& shard = shard_of(user);
    const std::lock_guard lock{shard.mutex};
    const auto found = shard.of_user.find(user);
    if (found == shard.of_user.end()) return;
    for (Subscription* const each : found->second)
        each->hint_locked();
}

void Hub::stop()
{
    is_stopping_ = true;
    for (Shard& shard : shards_) {
        const std::lock_guard lock{shard.mutex};
        for (const auto& [key, subscriptions] : shard.of_user) {
            for (Subscription* const each : subscriptions)
                each->wake_locked();
        }
    }
}

void Hub::visit_followers(const std::function<void(std::vector<Follower>)>& visit)
{
    for (Shard& shard : shards_) {
        std::vector<Follower> followers;
        {
            const std::lock_guard lock{shard.mutex};
            for (const auto& [key, subscriptions] : shard.of_user) {
                const auto first = followers.size();
                for (const Subscription* const each : subscriptions) {
                    if (each->kind_ != Subscription::Kind::stream) continue;
                    // Of one key there is nearly always one user.
                    const auto is_there = std::any_of(
                        followers.begin() + static_cast<std::ptrdiff_t>(first), followers.end(),
                        [&](const Follower& other) { return other.user_id == each->user_id_; });
                    if (!is_there) followers.push_back({each->user_id_, key});
                }
            }
        }
        if (!followers.empty()) visit(std::move(followers));
    }
}

void Hub::tell_last(const Follower& user, std::int64_t last)
{
    Shard& shard = shard_of(user.key);
    const std::lock_guard lock{shard.mutex};
    const auto found = shard.of_user.find(user.key);
    if (found == shard.of_user.end()) return;
    for (Subscription* const each : found->second) {
        if (each->kind_ != Subscription::Kind::stream || each->user_id_ != user.user_id) continue;
        const std::int64_t seen = each->seen_;
        if (seen != Subscription::nothing_yet && seen != last) each->hint_locked();
    }
}

void Hub::gather_for(std::function<void()> first)
{
    const std::lock_guard lock{gathered_mutex_};
    on_first_gathered_ = std::move(first);
    is_gathering_ = true;
}

Hub::Grown Hub::take_grown()
{
    Grown grown;
    {
        const std::lock_guard lock{gathered_mutex_};
        grown.users.swap(gathered_);
        grown.is_more = std::exchange(is_more_gathered_, false);
    }
    std::ranges::sort(grown.users);
    const auto twice = std::ranges::unique(grown.users);
    grown.users.erase(twice.begin(), twice.end());
    return grown;
}

void Hub::end_gathering()
{
    const std::lock_guard lock{gathered_mutex_};
    is_gathering_ = false;
    on_first_gathered_ = nullptr;
    gathered_.clear();
    is_more_gathered_ = false;
}

void Hub::gather(UserKey user)
{
    const std::lock_guard lock{gathered_mutex_};
    if (gathered_.size() == max_gathered) {
        is_more_gathered_ = true;
        return;
    }
    gathered_.push_back(user);
    if (gathered_.size() == 1 && on_first_gathered_) on_first_gathered_();
}

void Hub::add(Subscription& subscription)
{
    const bool is_counted = subscription.kind_ == Subscription::Kind::stream;
    Shard& shard = shard_of(subscription.key_);
    const std::lock_guard lock{shard.mutex};
    auto& of_user = shard.of_user[subscription.key_];
    const auto drop_if_empty = [&] {
        if (of_user.empty()) shard.of_user.erase(subscription.key_);
    };
    if (is_counted) {
        const auto open = std::ranges::count_if(of_user, [&](const Subscription* each) {
            return each->kind_ == subscription.kind_ && each->user_id_ == subscription.user_id_;
        });
        if (static_cast<std::size_t>(open) >= limits_.of_user) {
            throw base::Error{
                base::ErrorCode::too_many_requests,
                fmt::format("There are {} streams of yours open: end one first.", limits_.of_user)};
        }
        if (streams_.fetch_add(1) >= limits_.in_all) {
            --streams_;
            drop_if_empty();
            throw base::Error::unavailable("Too many streams are open here: try again later.",
                                           wait_for_room);
        }
    }
    of_user.push_back(&subscription);
    ++waiting_;
}

void Hub::remove(Subscription& subscription) noexcept
{
    Shard& shard = shard_of(subscription.key_);
    const std::lock_guard lock{shard.mutex};
    const auto found = shard.of_user.find(subscription.key_);
    std::erase(found->second, &subscription);
    if (found->second.empty()) shard.of_user.erase(found);
    --waiting_;
    if (subscription.kind_ == Subscription::Kind::stream) --streams_;
}

Subscription::Subscription(Hub& hub, base::Loop& loop, std::string user_id, Kind kind)
    : hub_(hub), loop_(loop), user_id_(std::move(user_id)), key_(key_of(user_id_)), kind_(kind)
{
    hub_.add(*this);
}

Subscription::~Subscription()
{
    hub_.remove(*this);
}

bool Subscription::Woken::await_suspend(std::coroutine_handle<> waiting)
{
    const std::lock_guard lock{subscription.hub_.shard_of(subscription.key_).mutex};
    if (std::exchange(subscription.is_woken_, false)) return false;
    subscription.waiting_ = waiting;
    return true;
}

void Subscription::wake()
{
    const std::lock_guard lock{hub_.shard_of(key_).mutex};
    wake_locked();
}

void Subscription::hint_locked()
{
    is_hinted_ = true;
    wake_locked();
}

/// Who waits goes on, and has been woken by that; who does not is not to wait.
void Subscription::wake_locked()
{
    if (waiting_) {
        loop_.post(std::exchange(waiting_, {}));
    } else {
        is_woken_ = true;
    }
}

}  // namespace todod::feed
