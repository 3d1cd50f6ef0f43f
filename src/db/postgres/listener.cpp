#include "db/postgres/listener.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "db/postgres/pause.hpp"
#include "db/postgres/rows.hpp"

namespace todod::db::postgres {

Listener::Listener(Connector& connector, base::Loop& loop, std::string_view channel,
                   SignalHandlers handlers, std::chrono::milliseconds patience)
    : connector_(connector),
      loop_(loop),
      channel_(channel),
      handlers_(std::move(handlers)),
      patience_(patience),
      mailbox_(std::make_shared<Mailbox>()),
      mail_(loop.watch(
          mailbox_->descriptor(), [this] { take_mail(); }, [] {})),
      reopening_(loop.timer([this] { open(); })),
      silence_(loop.timer([this] { lose(); }))
{
    open();
}

Listener::~Listener() = default;

void Listener::open()
{
    phase_ = Phase::opening;
    connector_.open(mailbox_);
    mail_->wait_readable();
}

void Listener::take_mail()
{
    auto outcomes = mailbox_->take_all();
    if (outcomes.empty()) return mail_->wait_readable();
    auto& outcome = outcomes.front();
    outcome ? begin(*std::move(outcome)) : lose();
}

void Listener::begin(Handle handle)
{
    handle_ = std::move(handle);
    PQsetnonblocking(handle_.get(), 1);
    watch_ = loop_.watch(PQsocket(handle_.get()), [this] { read(); }, [this] { flush(); });
    watch_->wait_readable();
    const std::string sql = fmt::format("LISTEN {}", channel_);
    await_answer(PQsendQuery(handle_.get(), sql.c_str()), Phase::beginning);
}

void Listener::send(std::string_view text)
{
    assert(may_send() && text.size() <= max_text_bytes);
    notify(text, Phase::sending);
}

void Listener::notify(std::string_view text, Phase phase)
{
    const std::string own{text};
    const char* const values[] = {channel_.c_str(), own.c_str()};
    constexpr int as_text = 0;
    // A hint need not outlive the server. For its transaction alone: behind a pooler the session is
    // lent to others next, whose writes have to.
    constexpr const char* sql =
        "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)";
    const int is_sent =
        PQsendQueryParams(handle_.get(), sql, 2, nullptr, values, nullptr, nullptr, as_text);
    await_answer(is_sent, phase);
}

void Listener::await_answer(int is_sent, Phase phase)
{
    if (is_sent != 1) return lose();
    phase_ = phase;
    silence_->start(patience_);
    flush();
}

void Listener::flush()
{
    const int left = PQflush(handle_.get());
    if (left < 0) return lose();
    if (left > 0) watch_->wait_writable();
}

void Listener::read()
{
    if (PQconsumeInput(handle_.get()) != 1 || !take_results()) return lose();
    watch_->wait_readable();
    take_notifications();
}

/// False where a command has failed.
bool Listener::take_results()
{
    const bool is_asked = phase_ != Phase::idle;
    while (is_asked && PQisBusy(handle_.get()) == 0) {
        const std::unique_ptr<pg_result, detail::ClearResult> result{PQgetResult(handle_.get())};
        if (result == nullptr) {
            take_end();
            return phase_ != Phase::closed;
        }
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) return false;
    }
    return true;
}

/// A command has come to its end.
void Listener::take_end()
{
    silence_->stop();
    switch (std::exchange(phase_, Phase::idle)) {
        case Phase::beginning:
            return notify({}, Phase::calling);
        case Phase::sending:
            return handlers_.changed();
        default:
            if (is_up_) handlers_.changed();
    }
}

void Listener::take_notifications()
{
    struct Free {
        void operator()(PGnotify* notification) const noexcept { PQfreemem(notification); }
    };
    while (handle_) {
        const std::unique_ptr<PGnotify, Free> next{PQnotifies(handle_.get())};
        if (!next) return;
        if (next->be_pid != PQbackendPID(handle_.get())) {
            handlers_.heard(next->extra);
        } else if (!std::exchange(is_up_, true)) {
            failures_ = 0;
            handlers_.changed();
        }
    }
}

/// Also where it could not be opened.
void Listener::lose()
{
    if (phase_ == Phase::closed) return;
    silence_->stop();
    watch_.reset();
    handle_.reset();
    phase_ = Phase::closed;
    reopening_->start(pause_after(failures_++, first_pause, max_pause, random_));
    if (std::exchange(is_up_, false)) handlers_.changed();
}

}  // namespace todod::db::postgres
