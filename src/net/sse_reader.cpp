#include "net/sse_reader.hpp"

#include "base/error.hpp"

namespace todod::net {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::vector<SseEvent> SseReader::put(std::string_view bytes)
{
    std::vector<SseEvent> events;
    if (!bytes.empty() && std::exchange(skips_line_feed_, false) && bytes.starts_with('\n')) {
        bytes.remove_prefix(1);
    }
    while (!bytes.empty()) {
        const std::size_t end = bytes.find_first_of("\r\n");
        keep(bytes.substr(0, end));
        if (end == std::string_view::npos) break;
        end_line(events);
        const bool is_return = bytes[end] == '\r';
        bytes.remove_prefix(end + 1);
        if (!is_return) continue;
        skips_line_feed_ = bytes.empty();
        if (bytes.starts_with('\n')) bytes.remove_prefix(1);
    }
    return events;
}

void SseReader::keep(std::string_view bytes)
{
    const std::size_t of_event = data_ ? data_->size() : 0;
    if (line_.size() + bytes.size() + of_event > max_event_bytes_) {
        throw base::Error{base::ErrorCode::too_large, "An event of a stream is too large."};
    }
    line_ += bytes;
}

void SseReader::end_line(std::vector<SseEvent>& events)
{
    std::string_view line = line_;
    if (std::exchange(is_first_line_, false) && line.starts_with(byte_order_mark)) {
        line.remove_prefix(byte_order_mark.size());
    }
    if (!line.empty()) {
        const std::size_t colon = line.find(':');
        std::string_view value;
        if (colon != std::string_view::npos) value = line.substr(colon + 1);
        if (value.starts_with(' ')) value.remove_prefix(1);
        read_field(line.substr(0, colon), value);
    } else {
        // Without data there is no event, whatever its type.
        if (data_) {
            events.push_back({type_.empty() ? "message" : std::move(type_), *std::move(data_)});
        }
        type_.clear();
        data_.reset();
    }
    line_.clear();
}

/// A comment's name is empty. `id` and `retry` are for who would connect anew, and nobody does.
void SseReader::read_field(std::string_view name, std::string_view value)
{
    if (name == "data") {
        if (data_) *data_ += '\n';
        if (!data_) data_.emplace();
        *data_ += value;
    } else if (name == "event") {
        type_ = value;
    }
}

}  // namespace todod::net
