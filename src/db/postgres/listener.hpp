#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/loop.hpp"
#include "base/random.hpp"
#include "db/postgres/connection.hpp"
#include "db/postgres/connector.hpp"
#include "db/postgres/error.hpp"
#include "db/signals.hpp"

struct pg_result;

namespace todod::db::postgres {

/// A connection of its own that hears what is notified on a channel, and notifies there (LISTEN,
/// NOTIFY). It is up once it has heard itself, which behind a pooler that hands out connections a
/// transaction it never does. Opened anew when it is lost, after a time that doubles with each
/// failure. For its loop's thread only.
class Listener final : public Signals {
public:
    static constexpr std::chrono::milliseconds first_pause{100};
    static constexpr std::chrono::milliseconds max_pause{10'000};

    /// `channel` is an identifier. Both references must outlive this.
    Listener(Connector& connector, base::Loop& loop, std::string_view channel,
             SignalHandlers handlers, std::chrono::milliseconds patience = Connection::max_silence);
    ~Listener() override;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    bool is_up() const noexcept override { return is_up_; }
    bool may_send() const noexcept override { return is_up_ && phase_ == Phase::idle; }
    void send(std::string_view text) override;

private:
    enum class Phase {
        closed,
        opening,
        beginning,  ///< LISTEN is under way
        calling,    ///< to itself
        idle,
        sending,
    };

    void open();
    void take_mail();
    void begin(Handle handle);
    void notify(std::string_view text, Phase phase);
    void await_answer(int is_sent, Phase phase);
    void flush();
    void read();
    bool take_results();
    void take_notifications();
    void take_end();
    void lose();

    Connector& connector_;
    base::Loop& loop_;
    const std::string channel_;
    const SignalHandlers handlers_;
    const std::chrono::milliseconds patience_;
    base::SecureRandom random_;
    const std::shared_ptr<Mailbox> mailbox_;
    const std::unique_ptr<base::Watch> mail_;
    const std::unique_ptr<base::Timer> reopening_;
    const std::unique_ptr<base::Timer> silence_;
    Handle handle_;
    std::unique_ptr<base::Watch> watch_;  ///< of the handle, and so before it to go
    Phase phase_ = Phase::closed;
    int failures_ = 0;
    bool is_up_ = false;
};

}  // namespace todod::db::postgres
