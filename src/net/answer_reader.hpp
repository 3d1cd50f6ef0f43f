#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_client.hpp"

namespace todod::net {

/// Reads the answer to one request (RFC 9112) from bytes that come in pieces of any size, past
/// the answers before it (1xx).
class AnswerReader {
public:
    /// An answer to HEAD has no body.
    AnswerReader(bool to_head, std::size_t max_body_bytes);
    ~AnswerReader();
    AnswerReader(const AnswerReader&) = delete;
    AnswerReader& operator=(const AnswerReader&) = delete;

    /// Gives what is wrong with them; empty where nothing is.
    std::string put(std::string_view bytes);

    /// Nothing more comes. Gives what is missing; empty where nothing is.
    std::string put_end();

    bool has_begun() const noexcept;  ///< a byte has come
    bool has_head() const noexcept;   ///< of the answer itself
    bool is_done() const noexcept;

    /// Status and headers, once.
    HttpResponse take_head();
    /// What has come of the body since it was taken last.
    std::string take_body();

    /// Whether another request may go over the connection, once this is done.
    bool keeps_connection() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace todod::net
