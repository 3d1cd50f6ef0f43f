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
#include "net/exchange.hpp"

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

}  // namespace

struct HttpClient::State {
    State() : thread([this] { io.run(); }) {}

    /// Of one exchange, from its beginning to the call of `done`.
    base::Async<void> run(HttpRequest request, std::function<void(HttpOutcome)> done)
    {
        HttpOutcome outcome;
        try {
            const auto exchange = make_exchange(shared, std::move(request));
            exchanges.insert(exchange);
            try {
                outcome.response = co_await exchange->run();
            } catch (...) {
                outcome.failure = std::current_exception();
            }
            exchanges.erase(exchange);
        } catch (...) {
            outcome.failure = std::current_exception();
        }
        --under_way;
        done(std::move(outcome));
    }

    void abort_all()
    {
        // Each may end, and leave the set, before its abort() returns.
        for (const auto& exchange : std::vector(exchanges.begin(), exchanges.end()))
            exchange->abort();
        work.reset();
    }

    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::shared_ptr<Mailbox> mailbox = std::make_shared<Mailbox>(io);
    Shared shared{.io = io, .lookups = {}, .trust = {}, .post = [mailbox = mailbox](auto call) {
                      mailbox->post(std::move(call));
                  }};
    std::set<std::shared_ptr<Exchange>> exchanges;  ///< only of the thread, as what they share
    std::atomic<std::size_t> under_way = 0;
    std::thread thread;
};

HttpClient::HttpClient() : state_(std::make_unique<State>()) {}

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
    const auto refuse = [&](std::string cause) {
        --state_->under_way;
        done({.response = {}, .failure = std::make_exception_ptr(no_answer(std::move(cause)))});
    };
    if (state_->under_way.fetch_add(1) >= max_requests) return refuse("too many requests wait");
    // `done` stays the caller's until it is posted.
    const bool is_taken =
        state_->mailbox->post([state = state_.get(), request = std::move(request), done]() mutable {
            base::spawn(state->run(std::move(request), std::move(done)));
        });
    if (!is_taken) refuse("the client is stopped");
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

}  // namespace todod::net
