#include "db/postgres/fair_queue.hpp"

#include <functional>

namespace todod::db::postgres {

bool FairQueue::push(Waiting& waiting, std::string_view user_id) noexcept
{
    Lane& lane = lanes_[std::hash<std::string_view>{}(user_id) % lane_count];
    if (size_ == max_size || lane.size == max_lane) return false;
    waiting.next = nullptr;
    (lane.first == nullptr ? lane.first : lane.last->next) = &waiting;
    lane.last = &waiting;
    ++lane.size;
    ++size_;
    return true;
}

void FairQueue::take(std::size_t max, std::vector<Waiting*>& batch)
{
    batch.clear();
    for (; size_ > 0 && batch.size() < max; turn_ = (turn_ + 1) % lane_count) {
        Lane& lane = lanes_[turn_];
        if (lane.first == nullptr) continue;
        batch.push_back(lane.first);
        lane.first = lane.first->next;
        --lane.size;
        --size_;
    }
}

}  // namespace todod::db::postgres
