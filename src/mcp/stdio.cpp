#include "mcp/stdio.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <deque>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"
#include "mcp/endpoint.hpp"
#include "mcp/subscriptions.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// Arrays and objects within each other.
constexpr std::size_t max_depth = 32;

constexpr std::string_view area = "todod.mcp";
constexpr std::string_view cancelled_method = "notifications/cancelled";

/// One, or those of a batch.
std::span<const json::value> messages_of(const json::value& json)
{
    if (const auto* const batch = json.if_array()) return {batch->data(), batch->size()};
    return {&json, 1};
}

std::variant<json::value, Fault> parse(std::string_view text)
{
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code failed;
    json::value value = json::parse(text, failed, {}, options);
    if (!failed) return value;
    const bool is_half = failed == json::error::illegal_leading_surrogate ||
                         failed == json::error::illegal_trailing_surrogate;
    return Fault{.code = FaultCode::unparsable,
                 .message = is_half ? "The line is not JSON: a \\u escape stands for half a "
                                      "character (a lone surrogate)."
                                    : "The line is not JSON."};
}

/// Apart from where they were found: what ends at once is not there any more.
void request_stop(std::vector<std::stop_source>& sources)
{
    for (std::stop_source& source : sources)
        source.request_stop();
}

/// Under the id that stands in what is no JSON.
std::string refuse_text(std::string_view text, const Fault& fault)
{
    IdFinder finder;
    finder.put(text);
    return write_fault(finder.id(), fault);
}

Fault refuse_line(std::string why)
{
    return {.code = FaultCode::invalid_request, .message = std::move(why)};
}

}  // namespace

/// What is known of one message while it is being answered.
struct Stdio::Part {
    explicit Part(const json::value& json)
    {
        const auto read = read_message(json);
        const auto* const message = std::get_if<Message>(&read);
        if (message == nullptr || message->kind != Message::Kind::request) return;
        id = message->id;
        is_long = message->method == listen_method;
    }

    json::value id{};  ///< null: nobody waits for an answer
    bool is_long = false;
    std::stop_source stopped;
    std::stop_source cancelled;  ///< nothing more may be said about it
};

/// A line.
struct Stdio::Work {
    explicit Work(json::value value) : json(std::move(value))
    {
        for (const json::value& message : messages_of(json))
            parts.emplace_back(message);
    }

    json::value json;
    std::deque<Part> parts;  ///< a message each
};

/// Where the notifications about one request go.
class Stdio::Sink final : public operation::EventSink {
public:
    Sink(LineWriter& writer, std::stop_token cancelled)
        : writer_(writer), cancelled_(std::move(cancelled))
    {
    }

    using EventSink::send;
    base::Async<void> send(operation::Event event) override
    {
        if (cancelled_.stop_requested()) {
            throw base::Error{base::ErrorCode::unavailable, "The request was cancelled."};
        }
        co_await writer_.write(std::move(event.data), cancelled_);
    }

private:
    LineWriter& writer_;
    std::stop_token cancelled_;
};

AnswerMessage answer_by(const Server& server, Sender sender)
{
    return [&server, sender = std::move(sender)](
               const json::value& message, operation::EventSink& events,
               std::stop_token stopped) -> base::Async<std::string> {
        Sender own = sender;
        own.events = &events;
        own.stopped = std::move(stopped);
        co_return (co_await server.answer(message, std::move(own))).body;
    };
}

Stdio::Stdio(int input, int output, AnswerMessage answer, base::Loop& loop, base::Log& log,
             StdioPatience patience)
    : answer_(std::move(answer)),
      log_(log),
      patience_(patience),
      reader_(input, max_line_bytes, loop,
              [this](std::string_view piece) { overlong_.put(piece); }),
      writer_(output, loop),
      changed_(loop),
      room_limit_(loop.timer([this] {
          is_full_for_long_ = true;
          changed_.notify();
      })),
      finish_limit_(loop.timer([this] {
          has_given_up_ = is_broken_off_;
          break_off();
      }))
{
}

Stdio::~Stdio() = default;

base::Async<bool> Stdio::run()
{
    while (auto line = co_await reader_.read())
        co_await take(std::move(*line));
    stop();
    while (!under_way_.empty() && !has_given_up_)
        co_await changed_.wait();
    const bool has_ended = under_way_.empty();
    co_return has_ended;
}

void Stdio::stop()
{
    if (std::exchange(is_stopping_, true)) return;
    reader_.stop();
    finish_limit_->start(patience_.to_finish);
    stop_parts(false);
    changed_.notify();
}

/// Nobody reads, or it has taken too long.
void Stdio::break_off()
{
    is_stopping_ = true;
    is_broken_off_ = true;
    reader_.stop();
    writer_.give_up();
    finish_limit_->start(patience_.to_stop);
    stop_parts(true);
    changed_.notify();
}

void Stdio::stop_parts(bool all)
{
    std::vector<std::stop_source> found;
    for (const Work& work : under_way_) {
        for (const Part& part : work.parts) {
            if (all || part.is_long) found.push_back(part.stopped);
        }
    }
    request_stop(found);
}

base::Async<void> Stdio::take(LineReader::Line line)
{
    if (line.is_too_long) {
        const auto fault = refuse_line(fmt::format("A line has at most {} bytes.", max_line_bytes));
        co_await say(write_fault(std::exchange(overlong_, {}).id(), fault));
        co_return;
    }
    if (base::trim(line.text).empty()) co_return;
    auto parsed = parse(line.text);
    if (const auto* const fault = std::get_if<Fault>(&parsed)) {
        co_await say(refuse_text(line.text, *fault));
        co_return;
    }
    auto& json = std::get<json::value>(parsed);
    const auto* const batch = json.if_array();
    if (batch != nullptr && (batch->empty() || batch->size() > max_batch)) {
        co_await say(write_fault(
            nullptr, refuse_line(fmt::format("A batch has 1 to {} messages.", max_batch))));
        co_return;
    }
    co_await take(std::move(json));
}

base::Async<void> Stdio::take(json::value json)
{
    Work work{std::move(json)};
    note_cancellations(work);
    if (!co_await wait_for_room()) {
        co_await refuse(work);
        co_return;
    }
    under_way_.push_back(std::move(work));
    base::spawn(work_on(under_way_.back()));
}

base::Async<bool> Stdio::wait_for_room()
{
    if (under_way_.size() < max_under_way) co_return true;
    is_full_for_long_ = false;
    room_limit_->start(patience_.for_room);
    while (under_way_.size() >= max_under_way && !is_full_for_long_ && !is_broken_off_)
        co_await changed_.wait();
    room_limit_->stop();
    co_return under_way_.size() < max_under_way;
}

base::Async<void> Stdio::refuse(const Work& work)
{
    const Fault fault{.message = fmt::format("{} requests are under way already.", max_under_way)};
    for (const Part& part : work.parts) {
        if (!part.id.is_null()) co_await say(write_fault(part.id, fault));
    }
}

void Stdio::note_cancellations(const Work& work)
{
    for (const json::value& json : messages_of(work.json)) {
        const auto read = read_message(json);
        const auto* const message = std::get_if<Message>(&read);
        if (message == nullptr || message->method != cancelled_method) continue;
        const auto* const id =
            message->params != nullptr ? message->params->if_contains("requestId") : nullptr;
        if (id == nullptr || id->is_null()) continue;
        cancel(*id);
    }
}

void Stdio::cancel(const json::value& id)
{
    std::vector<std::stop_source> found;
    for (const Work& work : under_way_) {
        for (const Part& part : work.parts) {
            if (part.id != id) continue;
            found.push_back(part.cancelled);
            found.push_back(part.stopped);
        }
    }
    request_stop(found);
}

/// The messages of a batch one after the other, as each may be about what the one before has made.
base::Async<void> Stdio::work_on(Work& work)
{
    const auto messages = messages_of(work.json);
    const bool is_batch = work.json.is_array();
    std::string answers;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string answer = co_await this->answer(messages[i], work.parts[i]);
        if (answer.empty()) continue;
        if (is_batch) answers += answers.empty() ? '[' : ',';
        answers += answer;
    }
    if (!answers.empty() && is_batch) answers += ']';
    if (!answers.empty()) {
        co_await say(std::move(answers),
                     is_batch ? std::stop_token{} : work.parts.front().cancelled.get_token());
    }
    under_way_.remove_if([&work](const Work& each) { return &each == &work; });
    changed_.notify();
}

/// Empty: nothing is to be said. Throws nothing.
base::Async<std::string> Stdio::answer(const json::value& message, Part& part)
{
    if (part.stopped.stop_requested()) co_return std::string{};
    Sink sink{writer_, part.cancelled.get_token()};
    std::string answer;
    std::exception_ptr failure;
    try {
        answer = co_await answer_(message, sink, part.stopped.get_token());
    } catch (...) {
        failure = std::current_exception();
    }
    if (part.cancelled.stop_requested()) co_return std::string{};
    if (!failure) co_return answer;
    if (part.stopped.stop_requested()) co_return std::string{};
    const Fault fault = explain(failure);
    co_return part.id.is_null() ? std::string{} : write_fault(part.id, fault);
}

/// In words for people; what is wrong here is for the log alone.
Fault Stdio::explain(std::exception_ptr failure)
{
    std::string cause;
    try {
        std::rethrow_exception(failure);
    } catch (const base::Error& error) {
        if (error.code() != base::ErrorCode::internal) {
            if (!error.cause().empty()) log_.write(base::LogLevel::warning, area, error.cause());
            return {.message = error.message()};
        }
        cause = error.cause().empty() ? error.message() : error.cause();
    } catch (const std::exception& error) {
        cause = error.what();
    }
    log_.write(base::LogLevel::error, area, cause);
    return {.message = "Something went wrong here."};
}

base::Async<void> Stdio::say(std::string line, std::stop_token unwanted)
{
    try {
        co_await writer_.write(std::move(line), std::move(unwanted));
    } catch (const base::Error&) {
        if (!is_broken_off_) break_off();
    }
}

}  // namespace todod::mcp
