#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace todod::testing {

/// An HTTP proxy on the loopback to which every name leads there as well. What is not CONNECT it
/// answers itself, with "by proxy".
class TestProxy {
public:
    /// `status` is its answer to CONNECT; with another than 200 it goes no further.
    explicit TestProxy(int status = 200) : status_(status)
    {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, any, &size) != 0) {
            throw std::runtime_error{"cannot listen"};
        }
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept_all(); }};
    }
    ~TestProxy()
    {
        is_ending_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        threads_.clear();
        ::close(listener_);
    }
    TestProxy(const TestProxy&) = delete;
    TestProxy& operator=(const TestProxy&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// The heads of what it was asked, in order.
    std::vector<std::string> heads() const
    {
        const std::lock_guard lock{mutex_};
        return heads_;
    }

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

    void accept_all()
    {
        while (!is_ending_) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) continue;
            threads_.emplace_back([this, client] {
                while (serve(client)) {
                }
                ::close(client);
            });
        }
    }

    /// False when the connection is to be closed.
    bool serve(int client)
    {
        const std::string head = read_head(client);
        if (head.empty()) return false;
        {
            const std::lock_guard lock{mutex_};
            heads_.push_back(head);
        }
        if (!head.starts_with("CONNECT ")) {
            return send(client, "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nby proxy");
        }
        send(client, "HTTP/1.1 " + std::to_string(status_) + " So\r\n\r\n");
        if (status_ != 200) return false;
        const auto colon = head.find(':');
        const sockaddr_in address =
            loopback(static_cast<std::uint16_t>(std::stoi(head.substr(colon + 1))));
        const int server = new_socket();
        ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        carry(client, server);
        ::close(server);
        return false;
    }

    std::string read_head(int client) const
    {
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n")) {
            pollfd ready{.fd = client, .events = POLLIN, .revents = 0};
            if (::poll(&ready, 1, 5) == 0 && !is_ending_) continue;
            if (is_ending_ || ::recv(client, &byte, 1, 0) <= 0) return {};
            head += byte;
        }
        return head;
    }

    void carry(int client, int server) const
    {
        std::array<pollfd, 2> ends{pollfd{.fd = client, .events = POLLIN, .revents = 0},
                                   pollfd{.fd = server, .events = POLLIN, .revents = 0}};
        while (!is_ending_) {
            ::poll(ends.data(), ends.size(), 5);
            for (std::size_t i = 0; i < 2; ++i) {
                if (ends.at(i).revents == 0) continue;
                std::array<char, 4096> bytes{};
                const auto size = ::recv(ends.at(i).fd, bytes.data(), bytes.size(), 0);
                if (size <= 0) return;
                send(ends.at(1 - i).fd, {bytes.data(), static_cast<std::size_t>(size)});
            }
        }
    }

    static bool send(int socket, std::string_view bytes)
    {
        return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }

    const int status_;
    const int listener_ = new_socket();
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> heads_;
    std::vector<std::jthread> threads_;
    std::thread acceptor_;
};

}  // namespace todod::testing
