#include "http/server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <exception>
#include <mutex>
#include <thread>

#include "http/worker.hpp"

namespace todod::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

std::string describe(const ServerSettings& settings)
{
    const bool is_ipv6 = settings.host.find(':') != std::string::npos;
    return fmt::format(fmt::runtime(is_ipv6 ? "[{}]:{}" : "{}:{}"), settings.host, settings.port);
}

[[noreturn]] void fail(const ServerSettings& settings, std::string_view reason)
{
    throw base::Error{base::ErrorCode::unavailable,
                      fmt::format("Cannot listen on {}: {}", describe(settings), reason)};
}

tcp::endpoint resolve(asio::io_context& io, const ServerSettings& settings)
{
    ErrorCode error;
    const auto found = tcp::resolver{io}.resolve(settings.host, std::to_string(settings.port),
                                                 tcp::resolver::passive, error);
    if (error || found.empty()) fail(settings, error.message());
    return found.begin()->endpoint();
}

void share_port(int socket)
{
    const int on = 1;
    if (::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) return;
    throw boost::system::system_error{errno, boost::system::system_category()};
}

/// Threads share a port with SO_REUSEPORT, which would let another process in as well: the first
/// to come sees to it that there is none.
tcp::acceptor bind(asio::io_context& io, const tcp::endpoint& endpoint, bool shared)
{
    tcp::acceptor acceptor{io, endpoint.protocol()};
    acceptor.set_option(tcp::acceptor::reuse_address{true});
    if (shared) share_port(acceptor.native_handle());
    ErrorCode ignored;
    if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only{false}, ignored);
    acceptor.non_blocking(true);
    acceptor.bind(endpoint);
    return acceptor;
}

/// Lets the process have as many descriptors as it may, and gives how many clients they are enough
/// for: `wanted` at most, beside some that are turned away and what the process needs itself.
std::size_t affordable_connections(std::size_t wanted)
{
    constexpr std::size_t reserved_descriptors = 128;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    const std::size_t descriptors = limit.rlim_cur;
    if (descriptors <= 2 * reserved_descriptors) return std::min(wanted, descriptors / 2);
    return std::min(wanted, (descriptors - reserved_descriptors) / 9 * 8);
}

ServerSettings affordable(ServerSettings settings)
{
    settings.limits.connections = affordable_connections(settings.limits.connections);
    return settings;
}

}  // namespace

struct Server::State {
    State(ServerSettings settings, base::Log& log, const base::Clock& clock, MakeSite make)
        : common(std::make_shared<Common>(affordable(std::move(settings)), log, clock,
                                          std::move(make)))
    {
        try {
            listen();
        } catch (const boost::system::system_error& error) {
            fail(common->settings, error.code().message());
        }
    }

    void listen();
    void stop();
    void run_one(Worker& worker);

    std::shared_ptr<Common> common;
    std::vector<std::shared_ptr<Worker>> workers;
    std::uint16_t port = 0;
    std::mutex mutex;
    std::exception_ptr failure;  ///< the first thread's that failed
};

void Server::State::listen()
{
    asio::io_context io;
    auto endpoint = resolve(io, common->settings);
    const unsigned threads = std::max(common->settings.threads, 1U);
    if (threads > 1) endpoint.port(bind(io, endpoint, false).local_endpoint().port());
    for (unsigned i = 0; i < threads; ++i) {
        auto acceptor = bind(io, endpoint, threads > 1);
        acceptor.listen();
        port = acceptor.local_endpoint().port();
        workers.push_back(std::make_shared<Worker>(common, acceptor.release()));
    }
}

void Server::State::stop()
{
    common->leaving = true;
    if (common->stopping.exchange(true)) return;
    for (const auto& worker : workers)
        worker->stop();
}

void Server::State::run_one(Worker& worker)
{
    try {
        worker.run();
    } catch (...) {
        {
            const std::lock_guard lock{mutex};
            if (!failure) failure = std::current_exception();
        }
        stop();
    }
}

Server::Server(ServerSettings settings, base::Log& log, const base::Clock& clock,
               MakeSite make_site)
    : state_(std::make_unique<State>(std::move(settings), log, clock, std::move(make_site)))
{
}

Server::~Server() = default;

std::uint16_t Server::port() const noexcept
{
    return state_->port;
}

std::size_t Server::max_connections() const noexcept
{
    return state_->common->settings.limits.connections;
}

void Server::run()
{
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < state_->workers.size(); ++i) {
            threads.emplace_back([this, i] { state_->run_one(*state_->workers[i]); });
        }
        state_->run_one(*state_->workers.front());
    }
    if (state_->failure) std::rethrow_exception(state_->failure);
}

void Server::leave()
{
    state_->common->leaving = true;
}

void Server::stop()
{
    state_->stop();
}

const std::atomic<bool>& Server::leaving() const noexcept
{
    return state_->common->leaving;
}

void Server::after_a_turn(std::function<void()> done)
{
    struct Turn {
        std::function<void()> done;
        std::atomic<std::size_t> awaited;
    };
    const auto turn = std::make_shared<Turn>(std::move(done), state_->workers.size());
    for (const auto& worker : state_->workers) {
        worker->post([turn] {
            if (--turn->awaited == 0) turn->done();
        });
    }
}

const std::atomic<bool>& Server::stopping() const noexcept
{
    return state_->common->stopping;
}

TrafficTotals Server::traffic() const
{
    auto totals = state_->common->traffic.totals();
    totals.connections = state_->common->connections;
    return totals;
}

}  // namespace todod::http
