#include "db/postgres/connector.hpp"

#include <libpq-fe.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "db/postgres/session_options.hpp"

namespace todod::db::postgres {

namespace {

/// Ours, and the caller's `options`.
std::string options_of(const Settings& settings)
{
    std::string options = to_libpq_options();
    for (const auto& [keyword, value] : settings.parameters) {
        if (keyword == "options") options += ' ' + value;
    }
    return options;
}

}  // namespace

Mailbox::Mailbox() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (descriptor_ < 0) throw ConnectionError{"out of file descriptors"};
}

Mailbox::~Mailbox()
{
    ::close(descriptor_);
}

void Mailbox::put(Outcome outcome)
{
    const std::lock_guard lock{mutex_};
    outcomes_.push_back(std::move(outcome));
    ::eventfd_write(descriptor_, 1);
}

std::vector<Mailbox::Outcome> Mailbox::take_all()
{
    const std::lock_guard lock{mutex_};
    eventfd_t count = 0;
    ::eventfd_read(descriptor_, &count);
    return std::exchange(outcomes_, {});
}

Connector::Connector(Settings settings)
    : settings_(std::move(settings)), thread_([this] { serve(); })
{
}

Connector::~Connector()
{
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Connector::open(std::shared_ptr<Mailbox> mailbox)
{
    {
        const std::lock_guard lock{mutex_};
        wanted_.push_back(std::move(mailbox));
    }
    wake_.notify_one();
}

void Connector::serve()
{
    while (true) {
        std::shared_ptr<Mailbox> mailbox;
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [this] { return is_stopping_ || !wanted_.empty(); });
            if (is_stopping_) return;
            mailbox = std::move(wanted_.front());
            wanted_.pop_front();
        }
        Mailbox::Outcome outcome = connect();
        if (!outcome) refuse_all(outcome.error());
        mailbox->put(std::move(outcome));
    }
}

void Connector::refuse_all(const ConnectionError& error)
{
    const std::lock_guard lock{mutex_};
    for (const auto& mailbox : wanted_)
        mailbox->put(std::unexpected{error});
    wanted_.clear();
}

Mailbox::Outcome Connector::connect() const
{
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    const auto add = [&](const char* keyword, const char* value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    for (const auto& [keyword, value] : settings_.parameters)
        add(keyword.c_str(), value.c_str());
    const std::string options = options_of(settings_);
    if (!settings_.pgbouncer) add("options", options.c_str());  // the last of a keyword counts
    add(nullptr, nullptr);

    constexpr int expand_database_name = 0;
    Handle handle{PQconnectdbParams(keywords.data(), values.data(), expand_database_name)};
    if (!handle) return std::unexpected{ConnectionError{"out of memory"}};
    if (PQstatus(handle.get()) != CONNECTION_OK) return std::unexpected{to_error(handle.get())};
    PQsetNoticeReceiver(handle.get(), [](void*, const PGresult*) {}, nullptr);
    return handle;
}

}  // namespace todod::db::postgres
