#include "http/input_buffer.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace todod::http {

namespace {

void receive(InputBuffer& buffer, std::string_view bytes)
{
    std::ranges::copy(bytes, buffer.prepare(bytes.size()).begin());
    buffer.commit(bytes.size());
}

}  // namespace

TEST(InputBuffer, keeps_what_was_not_consumed)
{
    InputBuffer buffer;
    EXPECT_EQ(buffer.data(), "");
    receive(buffer, "hello");
    receive(buffer, " world");
    buffer.consume(6);
    EXPECT_EQ(buffer.data(), "world");
    receive(buffer, "!");
    EXPECT_EQ(buffer.data(), "world!");
    buffer.consume(6);
    EXPECT_EQ(buffer.data(), "");
}

TEST(InputBuffer, leaves_the_data_where_it_is_until_more_room_is_asked_for)
{
    InputBuffer buffer;
    receive(buffer, "first second");
    const char* const second = buffer.data().data() + 6;
    buffer.consume(6);
    EXPECT_EQ(buffer.data().data(), second);
}

TEST(InputBuffer, gives_as_much_room_as_is_asked_for)
{
    InputBuffer buffer;
    std::string all;
    for (const std::size_t size : {1U, 5'000U, 100U, 100'000U, 3U}) {
        const std::string piece(size, static_cast<char>('a' + all.size() % 26));
        EXPECT_GE(buffer.prepare(size).size(), size);
        receive(buffer, piece);
        all += piece;
        buffer.consume(1);
        all.erase(0, 1);
        EXPECT_TRUE(buffer.data() == all) << size;
    }
}

TEST(InputBuffer, gives_back_large_memory_only_when_empty)
{
    InputBuffer buffer;
    receive(buffer, std::string(200'000, 'a'));
    buffer.shrink();
    EXPECT_EQ(buffer.data().size(), 200'000U);
    buffer.consume(200'000);
    buffer.shrink();
    EXPECT_LT(buffer.prepare(1).size(), 200'000U);
}

}  // namespace todod::http
