#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace todod::db {

/// Words that processes on one database send each other through it: hints, any of which may be
/// lost. On one loop's thread, as all that is called.
class Signals {
public:
    /// What one text may have.
    static constexpr std::size_t max_text_bytes = 7000;

    virtual ~Signals() = default;

    /// What others send is heard.
    virtual bool is_up() const noexcept = 0;

    /// It is up, and what was sent before is on its way.
    virtual bool may_send() const noexcept = 0;

    /// Only while may_send().
    virtual void send(std::string_view text) = 0;
};

/// What Signals call. None may destroy them.
struct SignalHandlers {
    /// Another process has sent `text`.
    std::function<void(std::string_view text)> heard;
    /// What is_up() or may_send() say has changed.
    std::function<void()> changed;
};

}  // namespace todod::db
