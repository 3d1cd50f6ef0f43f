#pragma once

#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <hiredis/hiredis.h>

#include <fmt/format.h>

#include "support/temp_folder.hpp"

extern char** environ;

namespace todod::testing {

/// A Redis server for one test alone, on a port and a Unix socket, to be stopped, killed and held
/// as the test likes.
class PrivateRedis {
public:
    /// `more` are further words for its command line.
    explicit PrivateRedis(std::string password = {}, std::vector<std::string> more = {})
        : password_(std::move(password)), more_(std::move(more)), port_(free_port())
    {
        start();
    }
    ~PrivateRedis() { kill(); }
    PrivateRedis(const PrivateRedis&) = delete;
    PrivateRedis& operator=(const PrivateRedis&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    std::string socket() const { return folder_.file("redis.sock"); }

    /// Returns when it answers.
    void start()
    {
        // It goes with the test, however that ends.
        std::vector<std::string> words{"setpriv",
                                       "--pdeathsig",
                                       "KILL",
                                       "--",
                                       "redis-server",
                                       "--port",
                                       std::to_string(port_),
                                       "--bind",
                                       "127.0.0.1",
                                       "--unixsocket",
                                       socket(),
                                       "--save",
                                       "",
                                       "--appendonly",
                                       "no",
                                       "--dir",
                                       folder_.path(),
                                       "--logfile",
                                       folder_.file("log"),
                                       "--databases",
                                       "16"};
        if (!password_.empty()) words.insert(words.end(), {"--requirepass", password_});
        words.insert(words.end(), more_.begin(), more_.end());
        std::vector<char*> arguments;
        for (std::string& word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        if (::posix_spawnp(&process_, "setpriv", nullptr, nullptr, arguments.data(), environ) !=
            0) {
            throw std::runtime_error{"redis-server cannot be started"};
        }
        for (int tries = 0; !answers(); ++tries) {
            if (tries == 1000) throw std::runtime_error{"redis-server does not answer"};
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
    }

    /// As a power cut: what it knew is gone.
    void kill()
    {
        if (process_ == 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(std::exchange(process_, 0), nullptr, 0);
    }

    /// Connections stay, and nobody answers.
    void pause() const { ::kill(process_, SIGSTOP); }
    void resume() const { ::kill(process_, SIGCONT); }

    /// What a command gives, as text; throws what it fails with.
    std::string ask(std::initializer_list<std::string_view> words) const
    {
        const Context context = connect();
        if (!password_.empty()) ask(*context, {"AUTH", password_});
        return ask(*context, words);
    }

private:
    struct Close {
        void operator()(redisContext* context) const noexcept { redisFree(context); }
    };
    using Context = std::unique_ptr<redisContext, Close>;

    /// None of those that the kernel gives out by itself: another program's connection could have
    /// it while the server is away.
    static std::uint16_t free_port()
    {
        std::random_device random;
        std::uniform_int_distribution<std::uint16_t> ports{10'000, 19'999};
        for (;;) {
            const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(ports(random));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            const bool is_free =
                ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
            ::close(socket);
            if (is_free) return ntohs(address.sin_port);
        }
    }

    Context connect() const
    {
        Context context{redisConnectUnix(socket().c_str())};
        if (!context || context->err != 0) throw std::runtime_error{"cannot connect to Redis"};
        return context;
    }

    static std::string ask(redisContext& context, std::initializer_list<std::string_view> words)
    {
        std::vector<const char*> texts;
        std::vector<std::size_t> sizes;
        for (const std::string_view word : words) {
            texts.push_back(word.data());
            sizes.push_back(word.size());
        }
        const std::unique_ptr<redisReply, void (*)(redisReply*)> reply{
            static_cast<redisReply*>(redisCommandArgv(&context, static_cast<int>(texts.size()),
                                                      texts.data(), sizes.data())),
            [](redisReply* each) { freeReplyObject(each); }};
        if (!reply) throw std::runtime_error{context.errstr};
        if (reply->type == REDIS_REPLY_INTEGER) return std::to_string(reply->integer);
        const std::string text = reply->str != nullptr ? reply->str : "";
        if (reply->type == REDIS_REPLY_ERROR) throw std::runtime_error{text};
        return text;
    }

    bool answers() const
    {
        try {
            return ask({"PING"}) == "PONG";
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    TempFolder folder_;
    const std::string password_;
    const std::vector<std::string> more_;
    const std::uint16_t port_;
    pid_t process_ = 0;
};

}  // namespace todod::testing
