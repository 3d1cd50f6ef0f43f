#include "net/http_client.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <coroutine>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "net/channel.hpp"
#include "net/exchange.hpp"
#include "net/http_stream.hpp"

namespace todod::net {

namespace asio = boost::asio;

namespace {

/// The way to the client's thread, for those who may outlive the client.
class Mailbox {
public:
    explicit Mailbox(asio::io_context& io) : io_(&io) {}

    /// False, when the thread has ended or is about to.
    bool post(std::function<void()> work)
    {
        const std::lock_guard lock{mutex_};
        if (io_ == nullptr) return false;
        asio::post(*io_, std::move(work));
        return true;
    }

    /// Nothing comes after `last`.
    bool close(std::function<void()> last)
    {
        const std::lock_guard lock{mutex_};
        if (io_ == nullptr) return false;
        asio::post(*std::exchange(io_, nullptr), std::move(last));
        return true;
    }

private:
    std::mutex mutex_;
    asio::io_context* io_;
};

/// Puts the answer together, for who wants all of it.
class Collector final : public Receiver {
public:
    explicit Collector(std::function<void(HttpOutcome)> done) : done_(std::move(done)) {}

    void begin(HttpResponse head) override { outcome_.response = std::move(head); }
    bool take(std::string piece) override
    {
        outcome_.response.body += piece;
        return true;
    }
    void end(std::exception_ptr failure) override
    {
        outcome_.failure = std::move(failure);
        done_(std::move(outcome_));
    }

private:
    const std::function<void(HttpOutcome)> done_;
    HttpOutcome outcome_;
};

}  // namespace

struct HttpClient::State {
    explicit State(ProxySettings proxies)
        : shared{.io = io,
                 .proxies = std::move(proxies),
                 .post = [mailbox = mailbox](auto call) { mailbox->post(std::move(call)); }},
          thread([this] { io.run(); })
    {
    }

    /// Takes the request on, or tells the receiver at once that it does not.
    void start(HttpRequest request, const std::shared_ptr<Receiver>& receiver)
    {
        const auto refuse = [&](std::string cause) {
            --under_way;
            receiver->end(std::make_exception_ptr(no_answer(std::move(cause))));
        };
        if (under_way.fetch_add(1) >= max_requests) return refuse("too many requests wait");
        const bool is_taken =
            mailbox->post([this, request = std::move(request), receiver]() mutable {
                base::spawn(run(std::move(request), receiver));
            });
        if (!is_taken) refuse("the client is stopped");
    }

    /// Of one exchange, from its beginning to the receiver's end().
    base::Async<void> run(HttpRequest request, std::shared_ptr<Receiver> receiver)
    {
        std::exception_ptr failure;
        try {
            const auto exchange = make_exchange(shared, std::move(request));
            exchanges.insert(exchange);
            receiver->follow(exchange);
            try {
                co_await exchange->run(*receiver);
            } catch (...) {
                failure = std::current_exception();
            }
            exchanges.erase(exchange);
        } catch (...) {
            failure = std::current_exception();
        }
        --under_way;
        receiver->end(failure);
    }

    void abort_all()
    {
        // Each may end, and leave the set, before its abort() returns.
        for (const auto& exchange : std::vector(exchanges.begin(), exchanges.end()))
            exchange->abort("the client is stopped");
        shared.pool.end();
        work.reset();
    }

    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(io);
    Shared shared;
    std::set<std::shared_ptr<Exchange>> exchanges;  ///< only of the thread, as what they share
    std::atomic<std::size_t> under_way = 0;
    std::thread thread;
};

HttpClient::HttpClient(ProxySettings proxies) : state_(std::make_unique<State>(std::move(proxies)))
{
}

HttpClient::~HttpClient()
{
    stop();
}

void HttpClient::stop()
{
    state_->mailbox->close([state = state_.get()] { state->abort_all(); });
    if (state_->thread.joinable()) state_->thread.join();
}

void HttpClient::start(HttpRequest request, std::function<void(HttpOutcome)> done)
{
    state_->start(std::move(request), std::make_shared<Collector>(std::move(done)));
}

base::Async<HttpResponse> HttpClient::send(HttpRequest request, base::Loop& caller)
{
    struct Waiting {
        HttpClient& client;
        HttpRequest request;
        base::Loop& caller;
        HttpOutcome outcome{};

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting)
        {
            client.start(std::move(request), [this, waiting](HttpOutcome ended) {
                outcome = std::move(ended);
                caller.post(waiting);
            });
        }
        HttpOutcome await_resume() { return std::move(outcome); }
    };
    HttpOutcome outcome = co_await Waiting{*this, std::move(request), caller};
    if (outcome.failure) std::rethrow_exception(outcome.failure);
    co_return std::move(outcome.response);
}

base::Async<std::unique_ptr<HttpStream>> HttpClient::open(HttpRequest request, base::Loop& caller)
{
    const auto channel = std::make_shared<Channel>(caller, state_->shared.post);
    state_->start(std::move(request), channel);
    co_await channel->next();
    co_return std::make_unique<HttpStream>(channel->take_head(), channel);
}

}  // namespace todod::net
