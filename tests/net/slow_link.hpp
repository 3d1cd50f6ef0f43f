#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace todod::testing {

/// A port that leads to another of this machine, for one connection. Once slow, it brings what the
/// server says byte by byte.
class SlowLink {
public:
    static constexpr std::chrono::milliseconds time_per_byte{50};

    explicit SlowLink(std::uint16_t server) : server_port_(server)
    {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 1) != 0 ||
            ::getsockname(listener_, any, &size) != 0) {
            throw std::runtime_error{"cannot listen"};
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { carry(); }};
    }
    ~SlowLink()
    {
        is_ending_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        for (const int socket : {listener_, client_, server_})
            ::close(socket);
    }
    SlowLink(const SlowLink&) = delete;
    SlowLink& operator=(const SlowLink&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    void slow_down() noexcept { is_slow_ = true; }

private:
    static int new_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

    static sockaddr_in loopback(std::uint16_t port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    void carry()
    {
        client_ = ::accept(listener_, nullptr, nullptr);
        if (client_ < 0) return;
        ::shutdown(listener_, SHUT_RDWR);
        const sockaddr_in address = loopback(server_port_);
        server_ = new_socket();
        ::connect(server_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        while (!is_ending_ && pass(client_, server_, false) && pass(server_, client_, is_slow_)) {
        }
        ::shutdown(client_, SHUT_RDWR);
    }

    /// False when there is nothing more.
    static bool pass(int from, int to, bool is_slow)
    {
        pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, 1) == 0) return true;
        std::array<char, 4096> bytes{};
        const ssize_t count = ::recv(from, bytes.data(), is_slow ? 1 : bytes.size(), 0);
        if (count <= 0) return false;
        if (is_slow) std::this_thread::sleep_for(time_per_byte);
        return ::send(to, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
    }

    const std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_slow_ = false;
    std::atomic<bool> is_ending_ = false;
    int listener_ = new_socket();
    int client_ = -1;
    int server_ = -1;
    std::thread thread_;
};

}  // namespace todod::testing
