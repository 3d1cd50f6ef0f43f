#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace todod::db::postgres {

/// Another program that works for this one: it reads what it is fed, or writes what is read of it.
/// SIGPIPE must be ignored in this process. A failure of the means is base::Error{internal}.
class Child {
public:
    enum class Use : std::uint8_t {
        read,  ///< its standard output is ours, its input is empty
        feed,  ///< its standard input is ours, its output goes elsewhere
    };
    /// Without a word for so long it is ended, and base::Error{unavailable} is thrown. PostgreSQL
    /// may take its time with an index, or waits for a lock.
    static constexpr std::chrono::minutes max_silence{60};
    /// Of what it complains of, the first are kept.
    static constexpr std::size_t max_complaint_bytes = 2048;

    /// Called a few times a second while it is waited for; may throw.
    using Tick = std::function<void()>;

    /// `command` begins with the program's path; `environment` has NAME=VALUE and is all that it
    /// gets. `output`: where one that is fed writes; nowhere if there is none.
    Child(const std::vector<std::string>& command, const std::vector<std::string>& environment,
          Use use, Tick tick, int output = -1);
    /// Ends it, if it has not ended.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Some of what it writes: empty when there is no more. Valid until the next.
    std::string_view read();

    /// False when it reads no more.
    bool feed(std::string_view bytes);

    /// The end of its input's pipe, to be closed by whom it is given to: another program that feeds
    /// it from here on.
    int hand_over() noexcept;

    /// Waits until it has ended, its input closed; whether it says that all went well.
    bool finish();

    /// What it has written to standard error.
    const std::string& complaint() const noexcept { return complaint_; }

private:
    void wait_for(int descriptor, short event);
    void hear();
    void close_stream() noexcept;
    void end() noexcept;

    const Tick tick_;
    int stream_ = -1;
    int errors_ = -1;
    int process_ = -1;  ///< readable once it has ended (pidfd_open)
    int pid_ = -1;
    std::string buffer_;
    std::string complaint_;
};

}  // namespace todod::db::postgres
