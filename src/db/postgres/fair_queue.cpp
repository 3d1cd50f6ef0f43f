#include "db/postgres/fair_queue.hpp"

#include <functional>

#include "base/resume.hpp"
#include "db/postgres/error.hpp"

namespace todod::db::postgres {

using Clock = std::chrono::steady_clock;

bool FairQueue::push(Waiting& waiting, std::string_view user_id)
{
    Lane& lane = lanes_[std::hash<std::string_view>{}(user_id) % lane_count];
    if (size_ == max_size || lane.size == max_lane) {
        waiting.failure = busy();
        counters_.refused.add();
        return false;
    }
    waiting.since = Clock::now();
    waiting.next = nullptr;
    (lane.first == nullptr ? lane.first : lane.last->next) = &waiting;
    lane.last = &waiting;
    ++lane.size;
    counters_.waiting.set(++size_);
    return true;
}

std::size_t FairQueue::take(std::size_t max, std::size_t max_rows, std::vector<Waiting*>& batch,
                            std::vector<Waiting*>& late)
{
    std::size_t rows = 0;
    const std::size_t batch_before = batch.size();
    const std::size_t late_before = late.size();
    const auto oldest = Clock::now() - max_wait;
    for (std::size_t taken = 0; size_ > 0 && taken < max && rows < max_rows;
         turn_ = (turn_ + 1) % lane_count) {
        Lane& lane = lanes_[turn_];
        Waiting* const first = lane.first;
        if (first == nullptr) continue;
        lane.first = first->next;
        --lane.size;
        --size_;
        ++taken;
        if (first->since >= oldest) {
            batch.push_back(first);
            rows += first->row_estimate;
        } else {
            first->failure = busy();
            late.push_back(first);
        }
    }
    if (batch.size() > batch_before) counters_.batches.add();
    counters_.requests.add(batch.size() - batch_before);
    if (late.size() > late_before) counters_.refused.add(late.size() - late_before);
    counters_.waiting.set(size_);
    return rows;
}

void resume(std::span<Waiting* const> served)
{
    base::resume_each(served);
}

}  // namespace todod::db::postgres
