#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/certificates.hpp"

namespace todod::testing {

/// A server on the loopback that reads a request, sends the bytes that a test says, and closes, if
/// these do not end with `keep`. With a certificate it speaks TLS.
class TestServer {
public:
    /// What is sent for a request, in order. Called on a thread of the connection's.
    using Answer = std::function<std::vector<std::string>(const std::string& request)>;

    /// Leaves the connection open, as `Answer`'s last.
    static constexpr std::string_view hang = "(hang)";
    /// Reads the next request of the connection, as `Answer`'s last.
    static constexpr std::string_view keep = "(keep)";
    /// Waits for the client to close, as `Answer`'s last.
    static constexpr std::string_view until_closed = "(until closed)";
    /// What follows is sent in as few segments as it fits into, as `Answer`'s first; before `keep`.
    static constexpr std::string_view together = "(together)";
    /// Waits for that long before what follows.
    static constexpr std::string_view nap = "(nap)";
    static constexpr std::chrono::milliseconds nap_time{20};
    /// So long that what comes before has been read, also where the reader is held up.
    static constexpr std::string_view long_nap = "(long nap)";
    static constexpr std::chrono::milliseconds long_nap_time{500};

    explicit TestServer(Answer answer, const Certificate* certificate = nullptr)
        : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (certificate != nullptr) tls_ = make_server_context(*certificate);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
            ::getsockname(listener_, any, &size) != 0) {
            throw std::runtime_error{"cannot listen"};
        }
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread{[this] { accept_all(); }};
    }
    ~TestServer()
    {
        is_ending_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        {
            const std::lock_guard lock{mutex_};
            for (const int socket : sockets_)
                ::shutdown(socket, SHUT_RDWR);
        }
        threads_.clear();
        for (const int socket : sockets_)
            ::close(socket);
        ::close(listener_);
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string url(std::string_view target = "/", std::string_view host = "127.0.0.1") const
    {
        return fmt::format("{}://{}:{}{}", tls_ ? "https" : "http", host, port_, target);
    }
    /// Of TLS, with whatever ciphers that takes.
    void speak_at_most(int version)
    {
        SSL_CTX_set_security_level(tls_.get(), 0);
        SSL_CTX_set_min_proto_version(tls_.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(tls_.get(), version);
    }

    /// The names that clients asked for (SNI), in order.
    std::vector<std::string> asked_names() const
    {
        const std::lock_guard lock{mutex_};
        return asked_names_;
    }
    int connections() const noexcept { return connections_; }
    /// How many were closed by the client, of those that wait for that.
    int closed() const noexcept { return closed_; }
    /// How many requests have been read.
    int requests() const noexcept { return requests_; }

private:
    void accept_all()
    {
        while (!is_ending_) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) continue;
            ++connections_;
            const std::lock_guard lock{mutex_};
            sockets_.push_back(socket);
            threads_.emplace_back([this, socket] { serve(socket); });
        }
    }

    void serve(int socket)
    {
        const SslPtr tls = tls_ ? accept_tls(tls_.get(), socket) : nullptr;
        if (tls_ && !tls) return end(socket);
        if (tls) note_name(tls.get());
        while (answer(socket, tls.get())) {
        }
    }

    /// False when nothing more is to be read.
    bool answer(int socket, SSL* tls)
    {
        const std::string request = read_request(socket, tls);
        if (request.empty()) return false;
        ++requests_;
        const std::vector<std::string> parts = answer_(request);
        for (const std::string& part : parts) {
            if (part == hang) return false;
            if (part == together) hold_back(socket, 1);
            if (part == together) continue;
            if (part == keep) hold_back(socket, 0);
            if (part == keep) return true;
            if (part == until_closed) {
                char byte = 0;
                while (::recv(socket, &byte, 1, 0) > 0) {
                }
                if (!is_ending_) ++closed_;
                return false;
            }
            if (part == nap || part == long_nap) {
                std::this_thread::sleep_for(part == nap ? nap_time : long_nap_time);
            } else if (!write(socket, tls, part)) {
                if (parts.back() == until_closed && !is_ending_) ++closed_;
                break;
            }
        }
        if (tls != nullptr) SSL_shutdown(tls);
        end(socket);
        return false;
    }

    void note_name(const SSL* tls)
    {
        const char* const name = SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name);
        const std::lock_guard lock{mutex_};
        asked_names_.emplace_back(name == nullptr ? "" : name);
    }

    static void hold_back(int socket, int on)
    {
        ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }

    static void end(int socket) { ::shutdown(socket, SHUT_RDWR); }

    /// Up to the end of its body, or what has come when the client leaves.
    static std::string read_request(int socket, SSL* tls)
    {
        std::string text;
        for (;;) {
            char buffer[4096];
            const auto size = tls != nullptr
                                  ? static_cast<ssize_t>(SSL_read(tls, buffer, sizeof buffer))
                                  : ::recv(socket, buffer, sizeof buffer, 0);
            if (size <= 0) return text;
            text.append(buffer, static_cast<std::size_t>(size));
            const auto head_end = text.find("\r\n\r\n");
            if (head_end == std::string::npos) continue;
            const auto length = text.find("Content-Length: ");
            const std::size_t body = length < head_end ? std::stoul(text.substr(length + 16)) : 0;
            if (text.size() >= head_end + 4 + body) return text;
        }
    }

    static bool write(int socket, SSL* tls, std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto size = tls != nullptr
                                  ? static_cast<ssize_t>(SSL_write(tls, bytes.data(),
                                                                   static_cast<int>(bytes.size())))
                                  : ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }

    const Answer answer_;
    const int listener_;
    SslContextPtr tls_;
    std::uint16_t port_ = 0;
    std::atomic<bool> is_ending_ = false;
    std::atomic<int> connections_ = 0;
    std::atomic<int> requests_ = 0;
    std::atomic<int> closed_ = 0;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_names_;
    std::vector<int> sockets_;
    std::vector<std::jthread> threads_;  ///< one a connection
    std::thread acceptor_;
};

}  // namespace todod::testing
