#include "db/activity.hpp"

#include <gtest/gtest.h>

#include "db/sqlite/reader.hpp"
#include "support/held_writer.hpp"
#include "support/temp_folder.hpp"

namespace todod::db {
namespace {

using base::Async;
using sqlite::Connection;

class ActivityTest : public ::testing::Test {
protected:
    std::string path() const { return folder_.file("test.db"); }

    /// So many at once.
    template <class Queue>
    std::vector<Async<void>> ask(Queue& queue, int count)
    {
        std::vector<Async<void>> work;
        for (int i = 0; i < count; ++i)
            work.push_back(ask_one(queue));
        return work;
    }

    static Async<void> ask_one(sqlite::LoopWriter& writer)
    {
        co_await writer.write([](Connection&) {});
    }
    static Async<void> ask_one(sqlite::Reader& reader)
    {
        co_await reader.read([](Connection&) {});
    }

    testing::TempFolder folder_;
    testing::TestLoop loop_;
    Connection connection_{path(), Connection::Mode::create};
};

TEST_F(ActivityTest, of_the_writer_is_what_went_into_one_transaction)
{
    sqlite::Writer writer{path(), [](Connection&) {}, [](Connection&) {}};
    sqlite::LoopWriter queue{writer, loop_};
    testing::Together<void> together{loop_};
    {
        const testing::HeldWriter held{writer};
        together.start(ask(queue, 5));
        EXPECT_EQ(writer.counters().waiting.value(), 5U);
    }
    together.finish();
    const auto activity = read("write", writer.counters());
    EXPECT_EQ(activity.kind, "write");
    EXPECT_EQ(activity.batches, 2U) << "the holder's, and the five together";
    EXPECT_EQ(activity.requests, 6U);
    EXPECT_EQ(activity.refused, 0U);
    EXPECT_EQ(activity.waiting, 0U);
}

TEST_F(ActivityTest, of_the_writer_has_what_it_has_no_room_for)
{
    sqlite::Writer writer{path(), [](Connection&) {}, [](Connection&) {}};
    sqlite::LoopWriter queue{writer, loop_};
    testing::Together<void> together{loop_};
    {
        const testing::HeldWriter held{writer};
        together.start(ask(queue, static_cast<int>(sqlite::Writer::max_waiting) + 3));
        EXPECT_EQ(writer.counters().refused.value(), 3U);
        EXPECT_EQ(writer.counters().waiting.value(), sqlite::Writer::max_waiting);
    }
    together.finish();
    EXPECT_EQ(writer.counters().requests.value(), sqlite::Writer::max_waiting + 1);
}

TEST_F(ActivityTest, of_a_reader_is_what_shared_a_snapshot)
{
    std::shared_ptr<const BatchCounters> counters;
    {
        sqlite::Reader reader{path(), loop_};
        counters = reader.counters();
        testing::Together<void> together{loop_};
        together.start(ask(reader, 4));
        EXPECT_EQ(counters->waiting.value(), 4U);
        together.finish();
        testing::run_together(loop_, ask(reader, 1));
    }
    const auto activity = read("read", *counters);
    EXPECT_EQ(activity.batches, 2U) << "and may be read when the reader has gone";
    EXPECT_EQ(activity.requests, 5U);
    EXPECT_EQ(activity.waiting, 0U);
}

}  // namespace
}  // namespace todod::db
