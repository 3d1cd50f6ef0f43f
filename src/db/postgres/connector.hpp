#pragma once

#include <condition_variable>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "db/postgres/connection.hpp"
#include "db/postgres/error.hpp"
#include "db/postgres/settings.hpp"

namespace todod::db::postgres {

/// Where connections that have been opened arrive: a descriptor becomes readable. For any thread.
class Mailbox {
public:
    using Outcome = std::expected<Handle, ConnectionError>;

    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    int descriptor() const noexcept { return descriptor_; }

    void put(Outcome outcome);
    std::vector<Outcome> take_all();

private:
    int descriptor_;
    std::mutex mutex_;
    std::vector<Outcome> outcomes_;
};

/// Opens connections on a thread of its own, for all I/O threads: to look a name up, to shake hands
/// and to hash a password blocks or burns.
class Connector {
public:
    explicit Connector(Settings settings);
    /// Waits for the attempt that is under way, at most the connect time-out.
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    const Settings& settings() const noexcept { return settings_; }

    /// Opens one more connection; the outcome goes to `mailbox`. One failure is the answer to all
    /// who wait: a server that does not answer keeps nobody longer than the connect time-out.
    void open(std::shared_ptr<Mailbox> mailbox);

private:
    void serve();
    void refuse_all(const ConnectionError& error);
    Mailbox::Outcome connect() const;

    const Settings settings_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Mailbox>> wanted_;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace todod::db::postgres
