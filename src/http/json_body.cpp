#include "http/json_body.hpp"

#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>

#include "base/error.hpp"

namespace todod::http {

namespace {

boost::json::parse_options options(std::size_t depth)
{
    boost::json::parse_options options;
    options.max_depth = depth;
    return options;
}

std::string_view explain(const boost::system::error_code& error)
{
    using boost::json::error;
    if (error == error::incomplete) return "it ends too early";
    if (error == error::extra_data) return "something follows the value";
    if (error == error::too_deep) return "it is nested too deeply";
    return "it goes wrong";
}

}  // namespace

JsonReader::JsonReader(std::size_t depth) : parser_({}, options(depth)) {}

boost::json::value JsonReader::read(std::string_view text, boost::json::storage_ptr memory)
{
    boost::system::error_code error;
    parser_.reset(std::move(memory));
    const auto size = parser_.write_some(text.data(), text.size(), error);
    if (!error && size < text.size()) error = boost::json::error::extra_data;
    if (!error) return parser_.release();
    parser_.reset();
    throw base::Error{
        base::ErrorCode::bad_request,
        fmt::format("The body is not valid JSON: {} at byte {}.", explain(error), size)};
}

}  // namespace todod::http
