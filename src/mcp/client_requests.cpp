#include "mcp/client_requests.hpp"

#include <array>
#include <coroutine>
#include <utility>

#include "base/text.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

/// An id is all that an answer is known by: nobody may guess another's.
constexpr std::size_t id_bytes = 16;

std::string make_id(base::Random& random)
{
    std::array<std::byte, id_bytes> bytes{};
    random.fill(bytes);
    return base::base64url_encode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

ClientAnswer read_answer(const json::object& response)
{
    const auto* const result = response.if_contains("result");
    if (result != nullptr && result->is_object()) {
        // What it is read from does not outlive its message.
        return json::object{result->get_object(), json::storage_ptr{}};
    }
    const auto* const error = response.if_contains("error");
    const auto* const words = error != nullptr ? find_text(error->if_object(), "message") : nullptr;
    if (words == nullptr) return std::unexpected{"The client's answer is no result."};
    return std::unexpected{fmt::format("The client has refused: {}", std::string_view{*words})};
}

}  // namespace

/// Of ask(); what may change is the mutex's.
struct ClientRequests::Question {
    std::string_view user_id;
    base::Loop& loop;
    std::coroutine_handle<> waiting{};
    std::optional<ClientAnswer> answer{};
};

/// Goes on when there is an answer.
struct ClientRequests::Waiting {
    std::mutex& mutex;
    Question& question;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiting) const
    {
        const std::lock_guard lock{mutex};
        if (question.answer) return false;
        question.waiting = waiting;
        return true;
    }
    ClientAnswer await_resume() const { return std::move(*question.answer); }
};

/// A question among the open ones, until it is answered or this goes.
class ClientRequests::Entry {
public:
    Entry(ClientRequests& requests, std::string id, Question& question)
        : requests_(requests), id_(std::move(id))
    {
        const std::lock_guard lock{requests_.mutex_};
        if (requests_.open_.size() >= max_open) {
            throw base::Error{base::ErrorCode::unavailable, "Too many clients are being asked."};
        }
        requests_.open_.emplace(id_, &question);
    }
    ~Entry()
    {
        const std::lock_guard lock{requests_.mutex_};
        requests_.open_.erase(id_);
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

private:
    ClientRequests& requests_;
    const std::string id_;
};

base::Async<ClientAnswer> ClientRequests::ask(const Request& request, base::Loop& loop,
                                              std::string_view method, json::object params,
                                              std::chrono::milliseconds limit)
{
    if (is_modern(request.revision)) {
        throw base::Error{base::ErrorCode::internal, "Clients of this revision are not asked."};
    }
    if (!request.peer.is_listening()) {
        co_return std::unexpected{"The client takes no events, and so cannot be asked."};
    }
    const std::string id = make_id(random_);
    Question question{.user_id = request.sender.caller.user_id, .loop = loop};
    const Entry entry{*this, id, question};
    const auto give_up = [this, &id](std::string why) {
        settle(id, std::nullopt, std::unexpected{std::move(why)});
    };
    const auto timer = loop.timer([&give_up] { give_up("The client has not answered in time."); });
    timer->start(limit);
    const std::stop_callback gone{request.sender.stopped,
                                  [&give_up] { give_up("The client has gone."); }};
    co_await request.peer.ask(id, method, std::move(params));
    co_return co_await Waiting{mutex_, question};
}

bool ClientRequests::take(const Message& response, std::string_view user_id)
{
    const auto* const id = response.id.if_string();
    return id != nullptr && settle(*id, user_id, read_answer(*response.whole));
}

std::size_t ClientRequests::open_count() const
{
    const std::lock_guard lock{mutex_};
    return open_.size();
}

/// The first answer counts. Without `user_id`: whoever was asked.
bool ClientRequests::settle(std::string_view id, std::optional<std::string_view> user_id,
                            ClientAnswer answer)
{
    std::coroutine_handle<> waiting;
    base::Loop* loop = nullptr;
    {
        const std::lock_guard lock{mutex_};
        const auto found = open_.find(id);
        if (found == open_.end()) return false;
        Question& question = *found->second;
        if (user_id && *user_id != question.user_id) return false;
        open_.erase(found);
        question.answer.emplace(std::move(answer));
        waiting = question.waiting;
        loop = &question.loop;
    }
    // Without one who waits, the question may be gone by now.
    if (waiting) loop->post(waiting);
    return true;
}

}  // namespace todod::mcp
