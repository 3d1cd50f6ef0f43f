#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <string>

#include "base/async.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "mcp/id_finder.hpp"
#include "mcp/lines.hpp"
#include "mcp/server.hpp"
#include "operation/events.hpp"

namespace todod::mcp {

/// Gives the answer to one message, JSON-RPC as well; empty: there is none. What it throws is told
/// to who has asked. `message` and `events` hold until it has ended; `stopped` is requested when
/// nobody waits for the answer any more.
using AnswerMessage = std::function<base::Async<std::string>(
    const boost::json::value& message, operation::EventSink& events, std::stop_token stopped)>;

/// For all of whom `sender` is the pattern. `server` must outlive it.
AnswerMessage answer_by(const Server& server, Sender sender);

/// How long Stdio waits.
struct StdioPatience {
    /// While max_under_way are; then the next is refused, as a cancellation may stand behind it.
    std::chrono::milliseconds for_room = std::chrono::seconds{5};
    /// For what is under way when the input ends; then that is stopped.
    std::chrono::milliseconds to_finish = std::chrono::seconds{5};
    /// For what was stopped.
    std::chrono::milliseconds to_stop = std::chrono::seconds{1};
};

/// MCP's stdio transport: a client that writes a message a line, and reads the answers and the
/// notifications a line each, as they come. Answers several requests at once; what
/// `notifications/cancelled` names is stopped, and nothing more is said about it.
class Stdio {
public:
    static constexpr std::size_t max_line_bytes = std::size_t{1} << 20U;
    /// Lines that are being answered. While there are so many, nothing more is read.
    static constexpr std::size_t max_under_way = 32;

    /// LineReader and LineWriter say what is asked of the descriptors and of the loop. All that is
    /// handed in must outlive this.
    Stdio(int input, int output, AnswerMessage answer, base::Loop& loop, base::Log& log,
          StdioPatience patience = {});
    ~Stdio();
    Stdio(const Stdio&) = delete;
    Stdio& operator=(const Stdio&) = delete;

    /// Until the input has ended, nobody reads the output or stop() is called, and what was under
    /// way then has been answered. False: some of that has not ended in time, and needs this and
    /// what it stands on for as long as the process lives.
    base::Async<bool> run();

    /// As if the input ended here. On the loop's thread.
    void stop();

private:
    struct Part;
    struct Work;
    class Sink;

    base::Async<void> take(LineReader::Line line);
    base::Async<void> take(boost::json::value json);
    base::Async<bool> wait_for_room();
    base::Async<void> refuse(const Work& work);
    base::Async<void> work_on(Work& work);
    base::Async<std::string> answer(const boost::json::value& message, Part& part);
    base::Async<void> say(std::string line, std::stop_token unwanted = {});
    Fault explain(std::exception_ptr failure);
    void note_cancellations(const Work& work);
    void cancel(const boost::json::value& id);
    void stop_parts(bool all);
    void break_off();

    AnswerMessage answer_;
    base::Log& log_;
    const StdioPatience patience_;
    IdFinder overlong_;  ///< for the line that has become too long
    LineReader reader_;
    LineWriter writer_;
    std::list<Work> under_way_;
    Signal changed_;  ///< for run() alone: under_way_, or one of what follows
    std::unique_ptr<base::Timer> room_limit_;
    std::unique_ptr<base::Timer> finish_limit_;
    bool is_full_for_long_ = false;
    bool is_stopping_ = false;
    bool is_broken_off_ = false;
    bool has_given_up_ = false;
};

}  // namespace todod::mcp
