#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace todod::mcp {

/// Finds the id of a request in what cannot be read as JSON, so that who waits for its answer can
/// be told. It stands wherever the client's library puts it: often behind all else.
class IdFinder {
public:
    /// The next bytes of the text.
    void put(std::string_view bytes);

    /// Null where there is none, where there are several, and of a response.
    boost::json::value id() const;

private:
    void put(char c);
    void put_outside(char c);
    void keep(char c);
    void end_name();
    void end_member();

    std::size_t depth_ = 0;  ///< objects and arrays that are open
    bool is_in_text_ = false;
    bool is_escaped_ = false;
    std::string token_;  ///< of the message's own members: the name or the value that has begun
    std::string name_;   ///< with its quotes
    boost::json::value id_;
    std::size_t ids_ = 0;
    bool is_response_ = false;
};

}  // namespace todod::mcp
