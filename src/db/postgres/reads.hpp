#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/loop.hpp"
#include "db/postgres/fair_queue.hpp"
#include "db/postgres/pool.hpp"

namespace todod::db::postgres {

/// What a statement gave, for all who asked for a part of it.
using SharedRows = std::shared_ptr<const Rows>;

/// What a batch asks, and what is done with the answers, of which there are as many as commands.
/// `keep` tells each request which rows are its own; what they say is read by whoever asked, so
/// that the line's thread is free for the next.
struct Question {
    std::vector<Command> commands;
    std::function<void(std::span<const SharedRows>)> keep;
};

/// All reads of a line (line.hpp). Whatever waits, of all kinds, goes down one line at once and
/// comes back together; what arrives meanwhile is the next round. One process of the server that is
/// never out of work serves more than several that keep waking each other.
///
/// A round that fails is asked again a kind at a time, and what fails then a request at a time.
/// May be asked from any thread; must outlive every request.
class Reads {
public:
    /// Of one kind, in one round.
    static constexpr std::size_t max_batch = 128;
    /// Rounds under way at once.
    static constexpr std::size_t max_running = 2;
    /// When a round goes through so many rows nothing more is added to it: its answer is held in
    /// memory as a whole.
    static constexpr std::size_t max_rows = 2'000;
    /// What goes through so many rows is long: another round may go beside it. A short one is soon
    /// back, and what waits for it makes the next one larger.
    static constexpr std::size_t long_round = 160;

    using Ask = std::function<Question(std::span<Waiting* const>)>;

    /// Requests of one kind.
    class Kind {
    public:
        Kind(Reads& reads, Ask ask) : reads_(reads), ask_(std::move(ask)) {}

        /// From any thread. False when there is no more room: `waiting` then has its failure.
        bool push(Waiting& waiting, std::string_view user_id);

        /// For any thread.
        const BatchCounters& counters() const noexcept { return waiting_.counters(); }

    private:
        friend Reads;

        Reads& reads_;
        const Ask ask_;
        FairQueue waiting_;
    };

    /// Both must outlive this.
    Reads(Pool& pool, base::Loop& loop) : pool_(pool), loop_(loop) {}
    Reads(const Reads&) = delete;
    Reads& operator=(const Reads&) = delete;

    /// Before anything is asked.
    Kind& add_kind(Ask ask) { return kinds_.emplace_back(*this, std::move(ask)); }

private:
    /// Of one kind, what is in a round.
    struct Share {
        const Kind* kind;
        std::vector<Waiting*> batch;
    };
    using Shares = std::span<const Share>;

    bool may_begin(std::size_t others) const;
    bool is_any_waiting() const;
    bool take(std::vector<Share>& shares, std::size_t& rows);
    base::Async<void> serve();
    base::Async<void> run(Shares shares);
    base::Async<void> run_each(Shares shares);
    base::Async<std::exception_ptr> attempt(Shares shares);
    base::Async<void> ask(Shares shares);

    Pool& pool_;
    base::Loop& loop_;
    std::deque<Kind> kinds_;
    std::mutex mutex_;  ///< of what follows, and of what waits in each kind
    std::size_t running_ = 0;
    std::size_t rows_ = 0;  ///< of all that is under way
};

/// Reads of one kind: `co_await gather.ask(request, user_id, loop)` as with Gather.
template <class Request>
class ReadGather {
public:
    using Ask = std::function<Question(std::vector<Request*>)>;

    ReadGather(Reads& reads, Ask ask)
        : kind_(reads.add_kind([ask = std::move(ask)](std::span<Waiting* const> waiting) {
              return ask(to_requests<Request>(waiting));
          }))
    {
    }

    auto ask(Request& request, std::string_view user_id, base::Loop& loop)
    {
        return Served<Reads::Kind>{kind_, request, user_id, loop};
    }

    /// For any thread.
    const BatchCounters& counters() const noexcept { return kind_.counters(); }

private:
    Reads::Kind& kind_;
};

}  // namespace todod::db::postgres
