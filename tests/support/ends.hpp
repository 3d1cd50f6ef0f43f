#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace todod::testing {

/// Two connected sockets, or a pipe of which `ours` is one end.
class Ends {
public:
    static Ends of_sockets()
    {
        Ends ends;
        ends.open(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.ends_.data()));
        return ends;
    }
    static Ends of_pipe(bool ours_reads)
    {
        Ends ends;
        ends.open(::pipe2(ends.ends_.data(), O_NONBLOCK));
        if (!ours_reads) std::swap(ends.ends_[0], ends.ends_[1]);
        return ends;
    }
    Ends(Ends&& other) noexcept : ends_(std::exchange(other.ends_, {-1, -1})) {}
    Ends(const Ends&) = delete;
    Ends& operator=(const Ends&) = delete;
    Ends& operator=(Ends&&) = delete;
    ~Ends()
    {
        for (const int end : ends_) {
            if (end >= 0) ::close(end);
        }
    }

    int ours() const { return ends_[0]; }
    void send(std::string_view text) const
    {
        EXPECT_EQ(::write(ends_[1], text.data(), text.size()), std::ssize(text));
    }
    void hang_up() { ::close(std::exchange(ends_[1], -1)); }

    /// What has come, at most `size`.
    std::string receive(std::size_t size) const { return read(ends_[0], size); }

    /// Sends until no more fits.
    void fill() const
    {
        const std::string much(65'536, 'x');
        while (::write(ends_[0], much.data(), much.size()) > 0) {
        }
    }
    /// Lets the other side take all that was sent.
    void drain() const
    {
        while (!read(ends_[1], 65'536).empty()) {
        }
    }

private:
    Ends() = default;

    static void open(int result) { EXPECT_EQ(result, 0); }
    static std::string read(int end, std::size_t size)
    {
        std::string text(size, '\0');
        const auto count = ::read(end, text.data(), size);
        text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return text;
    }

    std::array<int, 2> ends_{-1, -1};
};

}  // namespace todod::testing
