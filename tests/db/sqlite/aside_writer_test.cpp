#include <gtest/gtest.h>

#include "base/error.hpp"
#include "db/sqlite/writer.hpp"
#include "support/held_writer.hpp"
#include "support/temp_folder.hpp"

namespace todod::db::sqlite {
namespace {

using testing::HeldWriter;
using testing::TestLoop;

class AsideWriterTest : public ::testing::Test {
protected:
    AsideWriterTest()
    {
        Connection{path(), Connection::Mode::create}.script("CREATE TABLE t (n INTEGER)");
        writer_ = std::make_unique<Writer>(path(), [](Connection&) {}, [](Connection&) {});
    }

    static base::Async<void> insert(AsideWriter writer, std::string table, std::atomic<int>& failed)
    {
        try {
            co_await writer.write([&](Connection& connection) {
                connection.run(fmt::format("INSERT INTO {} VALUES (1)", table));
            });
        } catch (const base::Error&) {
            ++failed;
        }
    }

    std::int64_t count() const
    {
        Connection connection{path(), Connection::Mode::read_only};
        auto rows = connection.query("SELECT count(*) FROM t");
        return rows.step() ? rows.integer(0) : -1;
    }

    std::string path() const { return folder_.file("test.db"); }

    testing::TempFolder folder_;
    std::unique_ptr<Writer> writer_;
    std::atomic<int> failed_ = 0;
};

TEST_F(AsideWriterTest, writes_what_nobody_waits_for_before_the_writer_ends)
{
    {
        const HeldWriter held{*writer_};
        for (const char* table : {"t", "nothing", "t"})
            base::spawn(insert(AsideWriter{*writer_}, table, failed_));
    }
    writer_.reset();
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(failed_, 1) << "and tells nobody else";
}

TEST_F(AsideWriterTest, shares_a_batch_with_who_waits)
{
    TestLoop loop;
    LoopWriter waits{*writer_, loop};
    const auto write = [&]() -> base::Async<void> {
        co_await waits.write(
            [](Connection& connection) { connection.run("INSERT INTO t VALUES (2)"); });
    };
    testing::Together<void> together{loop};
    {
        const HeldWriter held{*writer_};
        base::spawn(insert(waits.aside(), "t", failed_));
        together.start(testing::all(write()));
        base::spawn(insert(waits.aside(), "t", failed_));
    }
    EXPECT_TRUE(together.finish().front().value);
    EXPECT_EQ(count(), 3);
    EXPECT_EQ(failed_, 0);
}

}  // namespace
}  // namespace todod::db::sqlite
