#include "net/redis.hpp"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/error.hpp"
#include "base/resume.hpp"
#include "net/redis_command.hpp"

namespace todod::net {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view logger = "todod.redis";
constexpr std::string_view no_answer = "it does not answer";

/// The script's name on a server: SHA-1, in hexadecimal.
std::string digest_of(std::string_view script)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(script.data(), script.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw base::Error{base::ErrorCode::internal, "OpenSSL has no SHA-1."};
    }
    std::string name;
    for (const unsigned char byte : std::span{digest}.first(size))
        name += fmt::format("{:02x}", byte);
    return name;
}

std::string_view text_of(const redisReply& reply)
{
    return {reply.str, reply.len};
}

bool read_answer(const redisReply& reply, std::array<std::int64_t, 3>& answer)
{
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != answer.size()) return false;
    for (std::size_t i = 0; i < answer.size(); ++i) {
        const redisReply& element = *reply.element[i];
        if (element.type != REDIS_REPLY_INTEGER) return false;
        answer[i] = element.integer;
    }
    return true;
}

}  // namespace

void Redis::Close::operator()(redisContext* context) const noexcept
{
    redisFree(context);
}

Redis::Redis(RedisSettings settings, std::string_view script, const RedisCall& probe,
             base::Log& log, base::Random& random)
    : settings_(std::move(settings)),
      script_(script),
      digest_(digest_of(script)),
      probe_call_(probe),
      log_(log),
      random_(random),
      silence_(loop_.timer([this] { lose(no_answer, first_wait); })),
      probe_(loop_.timer([this] { this->probe(); }))
{
    this->probe();
    thread_ = std::thread{[this] { loop_.run_until(is_stopped_); }};
}

Redis::~Redis()
{
    base::spawn(end());
    thread_.join();
}

base::Async<void> Redis::end()
{
    co_await base::next_turn(loop_);
    is_stopped_ = true;
}

bool Redis::push(RedisCall& call)
{
    const std::lock_guard lock{mutex_};
    if (!is_up_ || waiting_count_ >= max_waiting) return false;
    ++waiting_count_;
    waiting_.push_back(&call);
    if (waiting_.size() == 1) base::spawn(send_soon());
    return true;
}

/// Connects, signs in and tries the script; all of it blocks, for a few times `patience` at most
/// (and for as long as the host's name takes to be found).
Redis::Context Redis::open() const
{
    Context context{connect_redis(settings_, settings_.patience).release()};
    ask_redis(*context, {"SCRIPT", "LOAD", script_});
    const auto& [one, two] = probe_call_.arguments;
    const RedisReply reply = ask_redis(*context, {"EVALSHA", digest_, "1", probe_call_.key,
                                                  std::to_string(one), std::to_string(two)});
    std::array<std::int64_t, 3> ignored{};
    if (!read_answer(*reply, ignored)) throw UnusableRedis{"its answer is not the script's"};
    const int flags = ::fcntl(context->fd, F_GETFL);
    if (flags < 0 || ::fcntl(context->fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        throw UnusableRedis{"its socket cannot be used"};
    }
    context->flags &= ~REDIS_BLOCK;
    return context;
}

void Redis::probe()
{
    try {
        use(open());
    } catch (const UnusableRedis& unusable) {
        tell_away(unusable.reason);
        wait_for_server(wait_);
    }
}

void Redis::use(Context context)
{
    context_ = std::move(context);
    watch_ = loop_.watch(context_->fd, [this] { read(); }, [this] { flush(); });
    watch_->wait_readable();
    connected_at_ = Clock::now();
    if (std::exchange(is_told_away_, false)) {
        log_.write(base::LogLevel::info, logger,
                   fmt::format("Redis at {} is back", settings_.place()));
    }
    const std::lock_guard lock{mutex_};
    is_up_ = true;
}

/// With jitter: replicas that have lost it together do not come back together. The next wait is
/// longer.
void Redis::wait_for_server(std::chrono::milliseconds wait)
{
    std::byte dice{};
    random_.fill({&dice, 1});
    probe_->start(wait / 2 + wait / 2 * std::to_integer<int>(dice) / 255);
    wait_ = std::min(2 * wait_, longest_wait);
}

void Redis::tell_away(std::string_view reason)
{
    if (std::exchange(is_told_away_, true)) return;
    log_.write(base::LogLevel::warning, logger,
               fmt::format("Redis at {} cannot be used ({}): this process goes by itself until it "
                           "can",
                           settings_.place(), reason));
}

base::Async<void> Redis::send_soon()
{
    co_await base::next_turn(loop_);
    send_all();
}

void Redis::send_all()
{
    Calls calls;
    {
        const std::lock_guard lock{mutex_};
        calls.swap(waiting_);
    }
    if (calls.empty()) return;
    const bool was_idle = sent_.empty();
    sent_.insert(sent_.end(), calls.begin(), calls.end());
    const auto now = Clock::now();
    for (RedisCall* const call : calls) {
        call->sent_at = now;
        if (!append(*call)) return lose(context_->errstr, first_wait);
    }
    if (was_idle) silence_->start(settings_.patience);
    flush();
}

bool Redis::append(const RedisCall& call)
{
    const std::string one = std::to_string(call.arguments[0]);
    const std::string two = std::to_string(call.arguments[1]);
    const RedisCommand command{call.carries_script ? "EVAL" : "EVALSHA",
                               call.carries_script ? script_ : std::string_view{digest_},
                               "1",
                               call.key,
                               one,
                               two};
    return redisAppendCommandArgv(context_.get(), command.count(),
                                  const_cast<const char**>(command.texts.data()),
                                  command.sizes.data()) == REDIS_OK;
}

void Redis::flush()
{
    int is_done = 0;
    if (redisBufferWrite(context_.get(), &is_done) != REDIS_OK) {
        return lose(context_->errstr, std::chrono::milliseconds{0});
    }
    if (is_done == 0) watch_->wait_writable();
}

void Redis::read()
{
    if (redisBufferRead(context_.get()) != REDIS_OK) {
        return lose(context_->errstr, std::chrono::milliseconds{0});
    }
    Calls settled;
    std::string failure;
    void* next = nullptr;
    while (failure.empty()) {
        if (redisGetReplyFromReader(context_.get(), &next) != REDIS_OK) failure = context_->errstr;
        if (next == nullptr) break;
        const RedisReply reply{static_cast<redisReply*>(std::exchange(next, nullptr))};
        if (!settle(*reply, settled)) {
            failure = reply->type == REDIS_REPLY_ERROR ? text_of(*reply) : "it answers nonsense";
        }
    }
    waiting_count_ -= settled.size();
    base::resume_each(std::span<RedisCall* const>{settled});
    if (!failure.empty()) return lose(failure, first_wait);
    watch_->wait_readable();
    if (sent_.empty()) {
        silence_->stop();
    } else {
        const auto waited = Clock::now() - sent_.front()->sent_at;
        if (waited >= settings_.patience) return lose(no_answer, first_wait);
        silence_->start(std::chrono::ceil<std::chrono::milliseconds>(settings_.patience - waited));
        flush();
    }
}

/// False when the server cannot be used any more.
bool Redis::settle(const redisReply& reply, Calls& settled)
{
    if (sent_.empty()) return false;
    RedisCall& call = *sent_.front();
    // Somebody has made it forget its scripts (SCRIPT FLUSH).
    const bool is_unknown =
        reply.type == REDIS_REPLY_ERROR && text_of(reply).starts_with("NOSCRIPT");
    if (is_unknown && !call.carries_script) {
        call.carries_script = true;
        call.sent_at = Clock::now();
        sent_.pop_front();
        sent_.push_back(&call);
        return append(call);
    }
    call.is_answered = read_answer(reply, call.answer);
    if (!call.is_answered) return false;
    sent_.pop_front();
    settled.push_back(&call);
    return true;
}

/// Gives up all that waits, and looks for the server again after about `wait`, or later where it
/// has been lost or sought before and the connection has ended within its trial.
void Redis::lose(std::string_view reason, std::chrono::milliseconds wait)
{
    Calls given_up;
    {
        const std::lock_guard lock{mutex_};
        is_up_ = false;
        given_up.swap(waiting_);
    }
    given_up.insert(given_up.end(), sent_.begin(), sent_.end());
    sent_.clear();
    if (Clock::now() - connected_at_ >= trial) wait_ = first_wait;
    if (wait_ > first_wait) wait = std::max(wait, wait_);
    // A server that hangs up once on a connection in no use need not be away.
    if (!given_up.empty() || wait.count() != 0) tell_away(reason);
    silence_->stop();
    watch_.reset();
    context_.reset();
    waiting_count_ -= given_up.size();
    base::resume_each(std::span<RedisCall* const>{given_up});
    wait_for_server(wait);
}

}  // namespace todod::net
