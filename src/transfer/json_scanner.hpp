#pragma once

#include <boost/json/fwd.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace todod::transfer {

/// Goes through a JSON document (RFC 8259) value by value, so that one that is large need not be in
/// memory as a tree:
///
///     scanner.begin('{');
///     while (scanner.more()) {
///         if (scanner.key() == "title") title = scanner.value();
///         else scanner.skip();
///     }
///
/// All throw Error{bad_request}, which names the line, for what is no JSON or not what was asked
/// for. `text` must stay.
class JsonScanner {
public:
    static constexpr std::size_t max_value_bytes = std::size_t{1} << 20U;
    static constexpr std::size_t max_depth = 100;  ///< of what is skipped

    explicit JsonScanner(std::string_view text) : text_(text) {}

    /// What the next value begins with; NUL at the end.
    char peek();

    /// Enters an object ('{') or a list ('[').
    void begin(char open);
    /// Whether there is another member or item in what was entered last; if not, leaves it.
    bool more();
    /// Of the next member, whose value comes next.
    std::string key();
    boost::json::value value();
    void skip();
    /// That nothing else comes.
    void end();

    /// Where it stands, counted from 1.
    std::size_t line() const noexcept { return line_; }

private:
    struct Level {
        char close;
        bool is_empty = true;
    };

    [[noreturn]] void fail(std::string_view why) const;
    void pass_space();
    void pass_string();
    void pass_nested();
    void pass_value();
    void expect(char wanted);

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::vector<Level> levels_;
};

}  // namespace todod::transfer
