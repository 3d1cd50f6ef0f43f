#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace todod::net {

/// One event of a text/event-stream.
struct SseEvent {
    std::string type;  ///< "message" where the stream names none
    std::string data;
};

/// Reads text/event-stream (WHATWG HTML §9.2.6) from bytes that come in pieces of any size. An
/// event that the stream ends in the middle of is none.
class SseReader {
public:
    /// Of a line, and of all data of an event.
    explicit SseReader(std::size_t max_event_bytes) : max_event_bytes_(max_event_bytes) {}

    /// The events that end in these bytes. Throws Error{too_large}, after which nothing more may
    /// be put.
    std::vector<SseEvent> put(std::string_view bytes);

private:
    void keep(std::string_view bytes);
    void end_line(std::vector<SseEvent>& events);
    void read_field(std::string_view name, std::string_view value);

    const std::size_t max_event_bytes_;
    std::string line_;              ///< what has come of it
    bool skips_line_feed_ = false;  ///< the last byte was a CR, which has ended the line
    bool is_first_line_ = true;
    std::string type_;
    std::optional<std::string> data_;
};

}  // namespace todod::net
