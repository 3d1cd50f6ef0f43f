#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace todod::assistant::model {

/// A tool that the model wants to be used. What it says may be anything.
struct ToolRequest {
    std::string id;
    std::string name;
    std::string arguments;  ///< JSON, if the model keeps to what it is told
};

/// What a model has answered to one request.
struct Reply {
    enum class Finish : std::uint8_t { stop, length, refused };

    std::string text;
    std::vector<ToolRequest> calls;
    Finish finish = Finish::stop;
    std::uint64_t prompt_tokens = 0;
    std::uint64_t completion_tokens = 0;
};

/// Puts a reply together, from the chunks of a stream or from a whole answer of
/// /chat/completions.
class ReplyReader {
public:
    static constexpr std::size_t max_text_bytes = std::size_t{64} * 1024;
    static constexpr std::size_t max_arguments_bytes = std::size_t{64} * 1024;
    static constexpr std::size_t max_calls = 32;

    /// The data of one event. Gives the text that is new; what is past max_text_bytes goes for
    /// nothing. Throws Error{bad_gateway}, with a cause that has none of the provider's words,
    /// when it is none, or says that the provider has failed.
    std::string put_chunk(std::string_view data);

    /// All of an answer that is no stream. As put_chunk.
    std::string put_whole(std::string_view body);

    /// Whether the model has said that it is done: without that, a stream that ends was cut.
    bool is_finished() const noexcept { return is_finished_; }

    Reply take() { return std::move(reply_); }

private:
    std::string put(std::string_view text, std::string_view part);
    void put_calls(const boost::json::object& delta);
    void put_call(const boost::json::object& part, std::size_t position);
    ToolRequest& find_call(const boost::json::object& part, std::size_t position);
    void finish(const boost::json::object& choice);
    void count(const boost::json::object& answer);
    std::string add_text(std::string_view text);

    Reply reply_;
    std::vector<std::int64_t> indexes_;  ///< of reply_.calls, as the provider counts them
    bool has_choice_ = false;
    bool is_finished_ = false;
};

/// A provider's error code or type, where it is a plain word; empty otherwise.
std::string find_error_code(std::string_view body);

}  // namespace todod::assistant::model
