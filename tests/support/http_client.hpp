#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace todod::testing {

struct HttpResponse {
    int status = 0;  ///< 0: the connection ended instead
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    /// Empty where it is not there; several are joined with a comma.
    std::string header(std::string_view name) const
    {
        std::string joined;
        for (const auto& [key, value] : headers) {
            if (!base::equals_ignoring_case(key, name)) continue;
            joined += joined.empty() ? value : ", " + value;
        }
        return joined;
    }

    bool has(std::string_view name) const
    {
        for (const auto& [key, value] : headers) {
            if (base::equals_ignoring_case(key, name)) return true;
        }
        return false;
    }
};

/// One connection to a server on the loopback, whose every byte the test decides.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port, int receive_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        if (receive_buffer != 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
        }
        set_patience(std::chrono::seconds{10});
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
            throw std::runtime_error{"cannot connect"};
        }
    }
    ~HttpClient() { ::close(socket_); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// How long a read waits before it gives up.
    void set_patience(std::chrono::milliseconds time)
    {
        const timeval value{.tv_sec = time.count() / 1000, .tv_usec = (time.count() % 1000) * 1000};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof(value));
    }

    /// False once the server has closed.
    bool send(std::string_view bytes)
    {
        while (!bytes.empty()) {
            const auto size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (size <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
        return true;
    }

    void end_sending() { ::shutdown(socket_, SHUT_WR); }

    /// The next answer. One to a HEAD has no body.
    HttpResponse receive(bool to_head = false)
    {
        HttpResponse response;
        const auto head_end = find("\r\n\r\n");
        if (head_end == std::string::npos) return response;
        std::string_view head{input_.data(), head_end};
        response.status = std::stoi(std::string{head.substr(9, 3)});
        for (auto line = next_line(head); !head.empty();) {
            line = next_line(head);
            const auto colon = line.find(": ");
            response.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
        }
        input_.erase(0, head_end + 4);
        const auto length = response.header("Content-Length");
        if (to_head || length.empty()) return response;
        const auto size = std::stoul(length);
        while (input_.size() < size && read()) {
        }
        response.body = input_.substr(0, size);
        input_.erase(0, size);
        return response;
    }

    /// All up to the end of the next `text`; nothing if the connection ends before.
    std::string receive_until(std::string_view text)
    {
        const auto found = find(text);
        if (found == std::string::npos) return {};
        std::string taken = input_.substr(0, found + text.size());
        input_.erase(0, taken.size());
        return taken;
    }

    /// All that comes until the connection ends.
    std::string receive_all()
    {
        while (read()) {
        }
        return std::exchange(input_, {});
    }

    HttpResponse ask(std::string_view request, bool to_head = false)
    {
        send(request);
        return receive(to_head);
    }

    /// Waits for the server to close; false if it says something more, or does not in time.
    bool is_closed() { return input_.empty() && !read() && !timed_out_; }

    /// Whether nothing comes for so long.
    bool is_silent(std::chrono::milliseconds time)
    {
        set_patience(time);
        const bool silent = input_.empty() && !read() && timed_out_;
        set_patience(std::chrono::seconds{10});
        return silent;
    }

private:
    bool read()
    {
        char buffer[64 * 1024];
        const auto size = ::recv(socket_, buffer, sizeof(buffer), 0);
        timed_out_ = size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (size <= 0) return false;
        input_.append(buffer, static_cast<std::size_t>(size));
        return true;
    }

    std::size_t find(std::string_view text)
    {
        for (;;) {
            const auto found = input_.find(text);
            if (found != std::string::npos || !read()) return found;
        }
    }

    static std::string_view next_line(std::string_view& text)
    {
        const auto end = std::min(text.find("\r\n"), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 2, text.size()));
        return line;
    }

    int socket_;
    std::string input_;
    bool timed_out_ = false;
};

}  // namespace todod::testing
