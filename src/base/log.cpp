#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/time.hpp"

namespace todod::base {

namespace {

/// How long a line below warning may wait before it is with the operating system.
constexpr std::chrono::seconds flush_interval{1};

constexpr std::array level_names{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"};
constexpr std::array spdlog_levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                   spdlog::level::err, spdlog::level::critical};

/// Whether `byte` is itself in either format.
bool is_plain(char byte)
{
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

/// C0, DEL, C1, and the two separators that some viewers break a line at.
bool is_control(utf8proc_int32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F) ||
           code_point == 0x2028 || code_point == 0x2029;
}

/// Appends `\n`, `\t` and the like, and what has no such name as `\u` and four digits: the two
/// formats have these in common.
void append_control(std::string& out, utf8proc_int32_t code_point)
{
    switch (code_point) {
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
    }
}

/// Appends what `text` begins with, which is not plain. Returns its size in bytes.
std::size_t append_special(std::string& out, std::string_view text, LogFormat format)
{
    constexpr std::string_view replacement_character = "\uFFFD";
    utf8proc_int32_t code_point = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (size < 1) {
        out += replacement_character;
        return 1;
    }
    const auto taken = static_cast<std::size_t>(size);
    if (is_control(code_point)) {
        append_control(out, code_point);
    } else {
        if (taken == 1 && format == LogFormat::json) out += '\\';
        out += text.substr(0, taken);
    }
    return taken;
}

/// Appends `text` so that it stays on its line, and is UTF-8 even where `text` is not; in JSON, so
/// that it can stand between quotation marks.
void append_escaped(std::string& out, std::string_view text, LogFormat format)
{
    while (!text.empty()) {
        const auto* const special = std::ranges::find_if_not(text, is_plain);
        const auto plain = static_cast<std::size_t>(special - text.begin());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (!text.empty()) text.remove_prefix(append_special(out, text, format));
    }
}

struct Event {
    Instant time;
    std::string_view level;
    std::string_view logger;
    std::string_view message;
    std::string_view request_id;
};

/// An empty line with room for the event, unless much of it has to be escaped.
std::string make_room(const Event& event)
{
    constexpr std::size_t room_for_the_rest = 96;
    std::string line;
    line.reserve(room_for_the_rest + event.logger.size() + event.message.size() +
                 event.request_id.size());
    return line;
}

std::string make_text_line(const Event& event)
{
    const auto time = to_string(event.time);
    auto line = make_room(event);
    line.append(time, 0, 10).append(" ").append(time, 11, 8);
    line.append(" - ").append(event.level).append(" - ").append(event.logger).append(" - ");
    append_escaped(line, event.message, LogFormat::text);
    if (!event.request_id.empty()) {
        line += " [ID: ";
        append_escaped(line, event.request_id, LogFormat::text);
        line += ']';
    }
    return line;
}

std::string make_json_line(const Event& event)
{
    auto line = make_room(event);
    line += R"({"timestamp":")";
    append(line, event.time);
    line.append(R"(","level":")").append(event.level);
    line.append(R"(","logger":")").append(event.logger);
    line += R"(","message":")";
    append_escaped(line, event.message, LogFormat::json);
    if (!event.request_id.empty()) {
        line += R"(","request_id":")";
        append_escaped(line, event.request_id, LogFormat::json);
    }
    line += R"("})";
    return line;
}

}  // namespace

/// The lines come here complete; spdlog brings them to the console and the file, one at a time,
/// and says on the console when that fails.
struct Log::Sink {
    static constexpr const char* lines_as_they_are = "%v";

    LogFormat format;
    std::string path;  ///< empty: no file
    spdlog::logger logger{"todod"};
    /// Holds the file, which may be exchanged while others write.
    std::shared_ptr<spdlog::sinks::dist_sink_mt> file =
        std::make_shared<spdlog::sinks::dist_sink_mt>();
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::jthread flusher;  ///< last, so that it ends first

    explicit Sink(const LogSettings& settings) : format(settings.format), path(settings.file)
    {
        logger.sinks().push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
        logger.sinks().push_back(file);
        logger.set_pattern(lines_as_they_are);
        logger.set_level(spdlog::level::trace);
        logger.flush_on(spdlog::level::warn);
        if (path.empty()) return;  // the console holds nothing back
        open_file();
        flusher = std::jthread{[this](const std::stop_token& stop) { flush_until(stop); }};
    }

    void open_file()
    {
        auto opened = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
        opened->set_pattern(lines_as_they_are);
        file->set_sinks({std::move(opened)});
    }

    void flush_until(const std::stop_token& stop)
    {
        std::unique_lock lock{mutex};
        while (
            !stopped.wait_for(lock, stop, flush_interval, [&] { return stop.stop_requested(); })) {
            logger.flush();
        }
    }
};

Log::Log(const LogSettings& settings) : level_(settings.level)
{
    try {
        sink_ = std::make_unique<Sink>(settings);
    } catch (const spdlog::spdlog_ex& failure) {
        throw Error{ErrorCode::internal, failure.what()};
    }
}

Log::~Log() = default;

void Log::write(LogLevel level, std::string_view logger, std::string_view message,
                std::string_view request_id)
{
    assert(level < LogLevel::off);
    if (!enabled(level)) return;
    const auto index = std::to_underlying(level);
    const Event event{SystemClock{}.now(), level_names[index], logger, message, request_id};
    sink_->logger.log(spdlog_levels[index], sink_->format == LogFormat::json
                                                ? make_json_line(event)
                                                : make_text_line(event));
}

void Log::flush()
{
    sink_->logger.flush();
}

void Log::reopen()
{
    if (sink_->path.empty()) return;
    try {
        sink_->open_file();
        write(LogLevel::info, "todod.log", "Opened anew: " + sink_->path);
    } catch (const spdlog::spdlog_ex& failure) {
        write(LogLevel::error, "todod.log", failure.what());
    }
}

}  // namespace todod::base
