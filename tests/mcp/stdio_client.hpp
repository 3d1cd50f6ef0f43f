#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace todod::mcp {

inline constexpr std::string_view modern_meta =
    R"("_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
    R"("io.modelcontextprotocol/clientCapabilities":{}})";

inline std::string request(int id, std::string_view method, std::string_view params = "{}")
{
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", id, method,
                       params) +
           "\n";
}

inline std::string modern(int id, std::string_view method)
{
    return request(id, method, fmt::format("{{{}}}", modern_meta));
}

inline std::string cancellation(int id)
{
    return fmt::format(
        R"({{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{}}}}})"
        "\n",
        id);
}

/// What a client has of the two streams, which block as those of a real one.
class Client {
public:
    Client(int input, int output) : input_(input), output_(output) {}
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client()
    {
        hang_up();
        stop_reading();
    }

    void write(std::string_view text)
    {
        while (!text.empty()) {
            const auto count = ::write(input_, text.data(), text.size());
            if (count < 0) return;
            text.remove_prefix(static_cast<std::size_t>(count));
        }
    }
    void hang_up() { close(input_); }
    void stop_reading() { close(output_); }

    /// Until nobody reads what it writes.
    void wait_until_gone() const
    {
        pollfd asked{input_, 0, 0};
        EXPECT_EQ(::poll(&asked, 1, wait_ms), 1);
    }

    /// Null at the end.
    boost::json::value read()
    {
        std::size_t end = 0;
        while ((end = received_.find('\n')) == std::string::npos) {
            std::array<char, 65'536> chunk{};
            pollfd asked{output_, POLLIN, 0};
            if (::poll(&asked, 1, wait_ms) <= 0) return "nothing came in time";
            const auto count = ::read(output_, chunk.data(), chunk.size());
            if (count <= 0) return received_.empty() ? boost::json::value{} : "half a line";
            received_.append(chunk.data(), static_cast<std::size_t>(count));
        }
        const std::string line = received_.substr(0, end);
        received_.erase(0, end + 1);
        return boost::json::parse(line);
    }
    std::vector<boost::json::value> read_all()
    {
        std::vector<boost::json::value> all;
        for (boost::json::value each = read(); !each.is_null(); each = read())
            all.push_back(std::move(each));
        return all;
    }

private:
    static constexpr int wait_ms = 20'000;

    static void close(int& descriptor)
    {
        if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
    }

    int input_;
    int output_;
    std::string received_;
};

}  // namespace todod::mcp
