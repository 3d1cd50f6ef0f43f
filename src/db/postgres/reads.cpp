#include "db/postgres/reads.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "db/postgres/error.hpp"

namespace todod::db::postgres {

bool Reads::Kind::push(Waiting& waiting, std::string_view user_id)
{
    const std::lock_guard lock{reads_.mutex_};
    if (!waiting_.push(waiting, user_id)) return false;
    if (reads_.may_begin(reads_.running_)) {
        ++reads_.running_;
        base::spawn(reads_.serve());
    }
    return true;
}

base::Async<void> Reads::serve()
{
    co_await base::next_turn(loop_);
    std::vector<Share> shares;
    std::vector<Waiting*> served;
    std::size_t rows = 0;
    while (take(shares, rows)) {
        if (!shares.empty()) co_await run(shares);
        served.clear();
        for (const Share& share : shares)
            served.insert(served.end(), share.batch.begin(), share.batch.end());
        resume(served);
    }
}

/// Whether a round may go beside `others`.
bool Reads::may_begin(std::size_t others) const
{
    return others == 0 || (others < max_running && rows_ >= long_round);
}

bool Reads::is_any_waiting() const
{
    return std::ranges::any_of(kinds_, [](const Kind& kind) { return !kind.waiting_.empty(); });
}

/// `rows`: of the round that has ended; then of this one. False, and no round any more, when
/// nothing waits or what waits is left to the other.
bool Reads::take(std::vector<Share>& shares, std::size_t& rows)
{
    shares.clear();
    std::vector<Waiting*> late;
    {
        const std::lock_guard lock{mutex_};
        rows_ -= std::exchange(rows, 0);
        if (!may_begin(running_ - 1)) {
            --running_;
            return false;
        }
        for (Kind& kind : kinds_) {
            Share share{&kind, {}};
            rows += kind.waiting_.take(max_batch, max_rows - std::min(rows, max_rows), share.batch,
                                       late);
            if (!share.batch.empty()) shares.push_back(std::move(share));
        }
        rows_ += rows;
        if (may_begin(running_) && is_any_waiting()) {
            ++running_;
            base::spawn(serve());
        }
        if (shares.empty() && late.empty()) {
            --running_;
            return false;
        }
    }
    resume(late);
    return true;
}

base::Async<void> Reads::run(Shares shares)
{
    std::exception_ptr failure = co_await attempt(shares);
    if (failure && may_go_well_again(failure, true)) failure = co_await attempt(shares);
    if (!failure) co_return;
    const bool is_one = shares.size() == 1 && shares.front().batch.size() == 1;
    if (!is_one && is_of_a_request(failure)) co_return co_await run_each(shares);
    for (const Share& share : shares) {
        for (Waiting* const each : share.batch)
            each->failure = failure;
    }
}

/// A kind at a time, then a request at a time, as long as those who wait have patience.
base::Async<void> Reads::run_each(Shares shares)
{
    if (shares.size() > 1) {
        for (std::size_t i = 0; i < shares.size(); ++i)
            co_await run(shares.subspan(i, 1));
        co_return;
    }
    const Share& share = shares.front();
    const auto until = std::chrono::steady_clock::now() + FairQueue::max_wait;
    for (Waiting* const each : share.batch) {
        const Share alone{share.kind, {each}};
        if (std::chrono::steady_clock::now() > until) {
            each->failure = busy();
        } else {
            co_await run(Shares{&alone, 1});
        }
    }
}

/// What the round failed with.
base::Async<std::exception_ptr> Reads::attempt(Shares shares)
{
    for (const Share& share : shares) {
        for (Waiting* const each : share.batch)
            each->failure = nullptr;
    }
    try {
        co_await ask(shares);
    } catch (...) {
        co_return std::current_exception();
    }
    co_return nullptr;
}

base::Async<void> Reads::ask(Shares shares)
{
    struct Answer {
        std::size_t count;
        std::function<void(std::span<const SharedRows>)> keep;
    };
    std::vector<Command> commands;
    std::vector<Answer> answers;
    for (const Share& share : shares) {
        Question question = share.kind->ask_(share.batch);
        answers.push_back({question.commands.size(), std::move(question.keep)});
        commands.insert(commands.end(), std::make_move_iterator(question.commands.begin()),
                        std::make_move_iterator(question.commands.end()));
    }
    const Lease connection = co_await pool_.lease();
    std::vector<SharedRows> rows;
    for (Rows& each : co_await connection->run(std::move(commands)))
        rows.push_back(std::make_shared<const Rows>(std::move(each)));
    std::span<const SharedRows> left{rows};
    for (const Answer& answer : answers) {
        answer.keep(left.first(answer.count));
        left = left.subspan(answer.count);
    }
}

}  // namespace todod::db::postgres
