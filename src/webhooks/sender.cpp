#include "webhooks/sender.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "net/http_stream.hpp"
#include "webhooks/signature.hpp"

namespace todod::webhooks {

using base::Error;
using base::ErrorCode;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds wait_for_place{1};
constexpr std::chrono::hours longest_retry_after{24};

constexpr int first_good = 200;
constexpr int first_redirect = 300;
constexpr int first_bad = 400;
constexpr int gone = 410;

std::optional<std::chrono::seconds> read_retry_after(std::string_view text)
{
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc{} || end != text.data() + text.size() || seconds < 0) {
        return std::nullopt;
    }
    return std::min<std::chrono::seconds>(std::chrono::seconds{seconds}, longest_retry_after);
}

Attempt attempt_of(const net::HttpResponse& answer)
{
    Attempt attempt{.status = answer.status};
    if (first_good <= answer.status && answer.status < first_redirect) return attempt;
    attempt.is_gone = answer.status == gone;
    attempt.retry_after = read_retry_after(answer.header("Retry-After"));
    attempt.error = first_redirect <= answer.status && answer.status < first_bad
                        ? fmt::format("It answered {}: redirects are not followed.", answer.status)
                        : fmt::format("It answered {}.", answer.status);
    return attempt;
}

/// Of the client's words, which say more than the owner needs to know, only what it was doing.
std::string describe(const Error& error)
{
    if (error.code() == ErrorCode::bad_request) return "Its URL leads to no public address.";
    const std::string_view cause = error.cause();
    if (cause.contains(": look up: ")) return "The name of its host was not found.";
    if (cause.contains("timed out")) {
        return fmt::format("It did not answer within {} s.", Sender::patience.count());
    }
    if (cause.contains(": connect: ")) return "It could not be connected to.";
    if (cause.contains(": TLS: ")) return "It has no certificate that holds, or speaks no TLS.";
    return "It did not answer.";
}

}  // namespace

base::Counter& count_deliveries(base::Metrics& metrics, const char* outcome)
{
    return metrics.counter("todod_webhook_deliveries_total",
                           "Messages of webhooks that were sent, by what became of each.",
                           {{"outcome", outcome}});
}

Sender::Sender(net::HttpClient& client, const auth::Fernet& keyring, bool public_only,
               const base::Clock& clock, base::Random& random, base::Metrics& metrics)
    : client_(client),
      keyring_(keyring),
      public_only_(public_only),
      clock_(clock),
      random_(random),
      delivered_(count_deliveries(metrics, "delivered")),
      failed_(count_deliveries(metrics, "failed")),
      milliseconds_(metrics.milliseconds("todod_webhook_delivery_seconds_total",
                                         "What sending the messages of webhooks has taken."))
{
}

std::string Sender::seal(std::string_view secret) const
{
    return keyring_.seal(secret, clock_.now(), random_);
}

std::optional<Signer> Sender::open(const types::SealedWebhook& hook) const
{
    const base::Instant now = clock_.now();
    Signer signer;
    auto secret = keyring_.open(hook.secret, now);
    if (!secret) return std::nullopt;
    signer.is_current = secret->is_current;
    signer.secrets.push_back(std::move(secret->plaintext));
    if (!hook.old_secret || !hook.old_secret_until || *hook.old_secret_until <= now) return signer;
    auto old_secret = keyring_.open(*hook.old_secret, now);
    if (!old_secret) return signer;
    signer.is_current = signer.is_current && old_secret->is_current;
    signer.secrets.push_back(std::move(old_secret->plaintext));
    return signer;
}

types::SealedWebhook Sender::reseal(types::SealedWebhook hook) const
{
    const auto renew = [&](std::string& token) {
        const auto opened = keyring_.open(token, clock_.now());
        if (opened && !opened->is_current) token = seal(opened->plaintext.view());
    };
    renew(hook.secret);
    if (hook.old_secret) renew(*hook.old_secret);
    return hook;
}

net::HttpRequest Sender::make_request(std::string url, const Signer& signer, Message message) const
{
    const base::Instant now = clock_.now();
    std::string signatures;
    for (const auth::Wiped& secret : signer.secrets)
        signatures += (signatures.empty() ? "" : " ") + sign(secret.view(), message, now);
    net::HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers.push_back({"Content-Type", "application/json"});
    request.headers.push_back({"webhook-id", std::move(message.id)});
    request.headers.push_back({"webhook-timestamp", timestamp_of(now)});
    request.headers.push_back({"webhook-signature", std::move(signatures)});
    request.body = std::move(message.body);
    request.timeout = patience;
    request.public_only = public_only_;
    return request;
}

base::Async<Attempt> Sender::send(base::Loop& loop, std::string url, Signer signer, Message message,
                                  std::stop_token stopped)
{
    const auto begin = SteadyClock::now();
    net::HttpRequest request = make_request(std::move(url), signer, std::move(message));
    request.stopped = stopped;
    Attempt attempt;
    try {
        // Once its head is there, the rest of the answer is let go.
        const auto answer = co_await client_.open(std::move(request), loop);
        attempt = attempt_of(answer->head());
    } catch (const Error& error) {
        attempt.is_cancelled = stopped.stop_requested();
        attempt.error = describe(error);
    }
    const auto taken = SteadyClock::now() - begin;
    attempt.duration = std::chrono::floor<std::chrono::milliseconds>(taken);
    if (attempt.is_cancelled) co_return attempt;
    (attempt.is_delivered() ? delivered_ : failed_).add();
    milliseconds_.add(static_cast<std::uint64_t>(attempt.duration.count()));
    co_return attempt;
}

Sender::Place::Place(Sender& sender) : taken_(sender.taken_)
{
    if (++taken_ <= max_places) return;
    --taken_;
    throw Error::unavailable("Too many webhooks are being tried: try again soon.", wait_for_place);
}

}  // namespace todod::webhooks
