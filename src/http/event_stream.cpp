#include "http/event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "http/suspended.hpp"

namespace todod::http {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view comment = ": \n\n";

/// A line end would end the field: one in JSON stands between its tokens, where a space does.
void append_line(std::string& out, std::string_view text)
{
    const auto is_line_end = [](char c) { return c == '\n' || c == '\r'; };
    const std::size_t begin = out.size();
    out += text;
    std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), is_line_end, ' ');
}

void append_chunk_size(std::string& out, std::size_t size)
{
    fmt::format_to(std::back_inserter(out), "{:x}\r\n", size);
}

/// All fields but the data, which is to follow in the same line.
std::string head_of(const operation::Event& event)
{
    std::string head = "event: ";
    append_line(head, event.name);
    if (!event.id.empty()) {
        head += "\nid: ";
        append_line(head, event.id);
    }
    if (event.retry) fmt::format_to(std::back_inserter(head), "\nretry: {}", event.retry->count());
    head += "\ndata: ";
    return head;
}

}  // namespace

std::chrono::milliseconds pace_of(std::uint64_t number, std::chrono::milliseconds longest) noexcept
{
    // Multiples of the golden ratio, but for their whole part, fill a range evenly.
    constexpr std::uint64_t golden_ratio = 0x9E37'79B9'7F4A'7C15;
    constexpr int bits = 16;
    const auto part = static_cast<std::int64_t>((number * golden_ratio) >> (64 - bits));
    return longest - longest * part / (4 << bits);
}

EventStream::EventStream(std::string& output, Outlet& outlet, std::size_t waiting_max) noexcept
    : output_(output), outlet_(outlet), waiting_max_(waiting_max)
{
}

void EventStream::open(std::function<void(Headers)> begin, bool chunked)
{
    begin_ = std::move(begin);
    is_chunked_ = chunked;
    last_ = std::chrono::steady_clock::now();
    is_open_ = true;
}

base::Async<void> EventStream::send(operation::Event event)
{
    if (!is_closed_) {
        write(event);
        const auto waiting = outlet_.flush();
        is_closed_ = is_closed_ || !waiting;
        if (!is_closed_ && *waiting > waiting_max_) co_await Suspended{sender_};
    }
    if (is_closed_) throw base::Error{base::ErrorCode::unavailable, "The client has gone."};
}

void EventStream::end(std::string_view name, std::string_view data, Headers headers)
{
    is_open_ = false;
    begin(headers);
    if (!data.empty()) write({.name = name, .data = std::string{data}});
    if (is_chunked_) output_ += "0\r\n\r\n";
}

EventStream::Instant EventStream::next_beat(Instant now,
                                            std::chrono::milliseconds interval) const noexcept
{
    return (is_open_ ? last_ : now) + interval;
}

bool EventStream::beat(Instant now, std::chrono::milliseconds interval)
{
    if (!is_open_ || is_closed_ || now < last_ + interval) return false;
    begin();
    if (is_chunked_) append_chunk_size(output_, comment.size());
    output_ += comment;
    if (is_chunked_) output_ += line_end;
    return true;
}

void EventStream::taken(std::size_t waiting)
{
    // Not for each byte: what has waited goes out in few and large pieces.
    if (waiting <= waiting_max_ / 2) go_on();
}

void EventStream::close()
{
    is_closed_ = true;
    go_on();
}

void EventStream::begin(Headers headers)
{
    last_ = std::chrono::steady_clock::now();
    if (std::exchange(has_begun_, true)) return;
    begin_(headers);
}

void EventStream::write(const operation::Event& event)
{
    constexpr std::string_view event_end = "\n\n";
    begin();
    const std::string fields = head_of(event);
    if (is_chunked_) {
        append_chunk_size(output_, fields.size() + event.data.size() + event_end.size());
    }
    output_ += fields;
    append_line(output_, event.data);
    output_ += event_end;
    if (is_chunked_) output_ += line_end;
}

void EventStream::go_on()
{
    if (sender_) std::exchange(sender_, {}).resume();
}

}  // namespace todod::http
