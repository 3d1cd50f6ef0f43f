#pragma once

#include <latch>
#include <vector>

#include "db/sqlite/writer.hpp"
#include "support/together.hpp"

namespace todod::testing {

/// Holds a writer in a batch of its own until it is let go, so that what is written meanwhile
/// waits.
class HeldWriter {
public:
    explicit HeldWriter(db::sqlite::Writer& writer) : writer_(writer, loop_)
    {
        std::vector<base::Async<void>> work;
        work.push_back(hold());
        holding_.start(std::move(work));
        held_.wait();
    }
    HeldWriter(const HeldWriter&) = delete;
    HeldWriter& operator=(const HeldWriter&) = delete;
    ~HeldWriter()
    {
        let_go_.count_down();
        holding_.finish();
    }

private:
    base::Async<void> hold()
    {
        co_await writer_.write([this](db::sqlite::Connection&) {
            held_.count_down();
            let_go_.wait();
        });
    }

    TestLoop loop_;
    db::sqlite::LoopWriter writer_;
    std::latch held_{1};
    std::latch let_go_{1};
    Together<void> holding_{loop_};
};

/// run_together for what begins with a write: all of it makes up one batch.
template <class T>
std::vector<Outcome<T>> run_as_one_batch(db::sqlite::Writer& writer, TestLoop& loop,
                                         std::vector<base::Async<T>> work)
{
    Together<T> together{loop};
    {
        const HeldWriter held{writer};
        together.start(std::move(work));
    }
    return together.finish();
}

}  // namespace todod::testing
