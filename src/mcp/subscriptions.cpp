#include "mcp/subscriptions.hpp"

#include <algorithm>
#include <boost/json/value_from.hpp>

#include "base/error.hpp"

namespace todod::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view subscription_key = "io.modelcontextprotocol/subscriptionId";

struct ListNames {
    std::string_view filter;
    std::string_view notification;
};

/// By ListKind.
constexpr std::array<ListNames, list_kind_count> list_names{{
    {"toolsListChanged", "notifications/tools/list_changed"},
    {"promptsListChanged", "notifications/prompts/list_changed"},
    {"resourcesListChanged", "notifications/resources/list_changed"},
}};
constexpr std::string_view uris_name = "resourceSubscriptions";

std::optional<Fault> read_uris(const json::value& value, std::vector<std::string>& uris)
{
    const auto* const texts = value.if_array();
    if (texts == nullptr) return refuse_params(fmt::format("`{}` must be an array.", uris_name));
    if (texts->size() > Listeners::max_uris) {
        return refuse_params(fmt::format("At most {} resources can be watched by one request.",
                                         Listeners::max_uris));
    }
    for (const auto& text : *texts) {
        const auto* const uri = text.if_string();
        if (uri == nullptr || uri->size() > Listeners::max_uri_bytes) {
            return refuse_params(fmt::format("`{}` must hold texts of at most {} bytes.", uris_name,
                                             Listeners::max_uri_bytes));
        }
        if (std::ranges::find(uris, std::string_view{*uri}) == uris.end()) uris.emplace_back(*uri);
    }
    return std::nullopt;
}

std::variant<Filter, Fault> read_filter(const json::object* params)
{
    const auto* const given = params != nullptr ? params->if_contains("notifications") : nullptr;
    const auto* const wanted = given != nullptr ? given->if_object() : nullptr;
    if (wanted == nullptr) return refuse_params("`notifications` must be an object.");
    Filter filter;
    for (std::size_t i = 0; i < list_kind_count; ++i) {
        const auto* const value = wanted->if_contains(list_names[i].filter);
        if (value == nullptr) continue;
        if (!value->is_bool()) {
            return refuse_params(fmt::format("`{}` must be true or false.", list_names[i].filter));
        }
        filter.lists[i] = value->get_bool();
    }
    if (const auto* const uris = wanted->if_contains(uris_name)) {
        if (auto fault = read_uris(*uris, filter.uris)) return *std::move(fault);
    }
    return filter;
}

json::object write_filter(const Filter& filter)
{
    json::object written;
    for (std::size_t i = 0; i < list_kind_count; ++i) {
        if (filter.lists[i]) written[list_names[i].filter] = true;
    }
    if (!filter.uris.empty()) written[uris_name] = json::value_from(filter.uris);
    return written;
}

/// Whether nothing can come that it lets through.
bool is_empty(const Filter& filter)
{
    return filter.uris.empty() && std::ranges::none_of(filter.lists, std::identity{});
}

json::object meta_of(const Request& request)
{
    return {{subscription_key, request.message.id}};
}

}  // namespace

StreamBook::Place::~Place()
{
    if (book_ == nullptr) return;
    const std::lock_guard lock{book_->mutex_};
    const auto found = book_->of_user_.find(user_id_);
    found->second.uris -= uris_;
    if (--found->second.streams == 0) book_->of_user_.erase(found);
    --book_->in_all_;
}

std::variant<StreamBook::Place, Fault> StreamBook::open(const std::string& user_id,
                                                        std::size_t uris)
{
    const std::lock_guard lock{mutex_};
    const auto found = of_user_.find(user_id);
    Share share = found != of_user_.end() ? found->second : Share{};
    ++share.streams;
    share.uris += uris;
    if (auto excess = find_excess(share)) return *std::move(excess);
    of_user_.insert_or_assign(user_id, share);
    ++in_all_;
    return std::variant<Place, Fault>{std::in_place_type<Place>, *this, user_id, uris};
}

/// Why a user may not have that.
std::optional<Fault> StreamBook::find_excess(const Share& share) const
{
    if (in_all_ >= limits_.in_all) {
        return Fault{.code = FaultCode::internal,
                     .message = "Too many streams are open here: try again later.",
                     .status = 503};
    }
    if (share.streams > limits_.of_user) {
        return Fault{.code = FaultCode::invalid_request,
                     .message = fmt::format("There are {} streams of yours open: end one first.",
                                            limits_.of_user),
                     .status = 429};
    }
    if (share.uris > limits_.uris_of_user) {
        return Fault{.code = FaultCode::invalid_request,
                     .message = fmt::format("Your streams watch {} resources at most: end one "
                                            "first, or watch less.",
                                            limits_.uris_of_user),
                     .status = 429};
    }
    return std::nullopt;
}

base::Async<void> check_credentials(auth::Authenticator& authenticator, const Sender& sender)
{
    if (!sender.headers) co_return;
    const auto caller = co_await authenticator.authenticate(*sender.headers, false);
    if (caller.user_id != sender.caller.user_id || !caller.may(auth::Scope::read)) {
        throw base::Error{base::ErrorCode::unauthorized, "The token is another one now."};
    }
}

/// Somebody who listens.
struct Listeners::Stream {
    Stream(Filter given, feed::Hub& hub, base::Loop& loop, const std::string& user_id)
        : filter(std::move(given)), subscription(hub, loop, user_id, feed::Subscription::Kind::hint)
    {
    }

    Filter filter;
    feed::Subscription subscription;
    std::vector<std::string> marks{};               ///< by the filter's uris
    std::array<bool, list_kind_count> announced{};  ///< and not yet told
    std::uint64_t looked_at = 0;                    ///< in ticks
    std::uint64_t look_at = 0;                      ///< in ticks
    std::uint64_t check_at = 0;                     ///< in ticks
    std::uint64_t end_at = 0;                       ///< in ticks
};

/// Keeps a stream among the open ones.
class Listeners::Registration {
public:
    Registration(Listeners& listeners, Stream& stream) : listeners_(listeners), stream_(stream)
    {
        listeners_.streams_.push_back(&stream_);
        if (listeners_.streams_.size() != 1) return;
        if (!listeners_.timer_) {
            listeners_.timer_ =
                listeners_.loop_.timer([listeners = &listeners_] { listeners->pass_tick(); });
        }
        listeners_.timer_->start(listeners_.settings_.tick);
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration()
    {
        std::erase(listeners_.streams_, &stream_);
        if (listeners_.streams_.empty()) listeners_.timer_->stop();
    }

private:
    Listeners& listeners_;
    Stream& stream_;
};

Listeners::Listeners(base::Loop& loop, StreamBook& book, ListenSettings settings)
    : loop_(loop),
      book_(book),
      settings_(std::move(settings)),
      hub_(settings_.hub != nullptr ? *settings_.hub : own_hub_)
{
}

Method Listeners::method()
{
    return {.name = listen_method,
            .handle = [this](const Request& request) { return listen(request); },
            .era = Era::modern};
}

void Listeners::announce(ListKind list)
{
    const auto index = static_cast<std::size_t>(list);
    for (Stream* const stream : streams_) {
        if (!stream->filter.lists[index]) continue;
        stream->announced[index] = true;
        stream->subscription.wake();
    }
}

base::Async<Answer> Listeners::listen(const Request& request)
{
    if (!request.peer.is_listening()) {
        co_return refuse_params(
            "This is answered with a stream: it must be accepted (text/event-stream).");
    }
    auto read = read_filter(request.message.params);
    if (auto* const fault = std::get_if<Fault>(&read)) co_return std::move(*fault);
    const Sender& sender = request.sender;
    if (sender.meter != nullptr) {
        co_await sender.meter->check(auth::LimitKind::read, sender.caller.user_id);
    }
    Stream stream{narrow(std::get<Filter>(std::move(read))), hub_, loop_, sender.caller.user_id};
    const Result over{.members = {}, .meta = meta_of(request)};
    if (is_empty(stream.filter)) {
        co_await acknowledge(request, stream);
        co_return over;
    }
    const auto place = book_.open(sender.caller.user_id, stream.filter.uris.size());
    if (const auto* const fault = std::get_if<Fault>(&place)) co_return *fault;
    stream.looked_at = now_;
    stream.look_at = now_ + settings_.ticks_of_look;
    stream.check_at = now_ + settings_.ticks_of_check;
    stream.end_at = now_ + settings_.ticks_of_stream;
    // What changes from the acknowledgement on is told.
    for (const std::string& uri : stream.filter.uris)
        stream.marks.push_back(co_await settings_.resources.look(sender, uri));
    const Registration registration{*this, stream};
    co_await acknowledge(request, stream);
    co_await keep_telling(request, stream);
    co_return over;
}

base::Async<void> Listeners::keep_telling(const Request& request, Stream& stream)
{
    auto& subscription = stream.subscription;
    const std::stop_callback on_stop{request.sender.stopped,
                                     [&subscription] { subscription.wake(); }};
    while (!is_over(request) && now_ < stream.end_at) {
        co_await tell_lists(request, stream);
        if (now_ >= stream.look_at && !co_await look(request, stream)) co_return;
        co_await subscription.woken();
        // By whatever it was: that may have been a change. However many there are, it looks once a
        // tick.
        stream.look_at = std::min(stream.look_at, stream.looked_at + 1);
    }
}

base::Async<void> Listeners::acknowledge(const Request& request, const Stream& stream)
{
    co_await request.peer.notify(
        "notifications/subscriptions/acknowledged",
        {{"_meta", meta_of(request)}, {"notifications", write_filter(stream.filter)}});
}

base::Async<void> Listeners::tell_lists(const Request& request, Stream& stream)
{
    for (std::size_t i = 0; i < list_kind_count; ++i) {
        if (!std::exchange(stream.announced[i], false)) continue;
        co_await request.peer.notify(list_names[i].notification, {{"_meta", meta_of(request)}});
    }
}

/// Tells what has changed. False when the user may not be told any more.
base::Async<bool> Listeners::look(const Request& request, Stream& stream)
{
    stream.looked_at = now_;
    stream.look_at = now_ + settings_.ticks_of_look;
    std::vector<std::optional<std::string>> changed;
    try {
        changed = co_await find_changed(request, stream);
        const bool is_news = std::ranges::any_of(changed, [](const auto& mark) { return !!mark; });
        if (is_news || now_ >= stream.check_at) {
            if (settings_.check) co_await settings_.check(request.sender);
            stream.check_at = now_ + settings_.ticks_of_check;
        }
    } catch (const base::Error& error) {
        if (error.code() == base::ErrorCode::unauthorized) co_return false;
        // While the database is away nothing is known to have changed.
        if (error.code() == base::ErrorCode::unavailable) co_return true;
        throw;
    }
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (!changed[i]) continue;
        stream.marks[i] = *std::move(changed[i]);
        co_await request.peer.notify("notifications/resources/updated",
                                     {{"_meta", meta_of(request)}, {"uri", stream.filter.uris[i]}});
    }
    co_return true;
}

/// The new marks of those that have changed, by the filter's uris.
base::Async<std::vector<std::optional<std::string>>> Listeners::find_changed(const Request& request,
                                                                             Stream& stream)
{
    std::vector<std::optional<std::string>> changed(stream.filter.uris.size());
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (is_over(request)) break;
        auto mark = co_await settings_.resources.look(request.sender, stream.filter.uris[i]);
        if (mark != stream.marks[i]) changed[i] = std::move(mark);
    }
    co_return changed;
}

/// To what can be told.
Filter Listeners::narrow(Filter filter) const
{
    for (std::size_t i = 0; i < list_kind_count; ++i)
        filter.lists[i] = filter.lists[i] && settings_.lists[i];
    std::erase_if(filter.uris, [this](const std::string& uri) {
        return !settings_.resources.takes || !settings_.resources.takes(uri);
    });
    return filter;
}

bool Listeners::is_over(const Request& request) const
{
    return request.sender.stopped.stop_requested() ||
           (settings_.is_stopping && settings_.is_stopping());
}

void Listeners::pass_tick()
{
    ++now_;
    const bool is_stopping = settings_.is_stopping && settings_.is_stopping();
    for (Stream* const stream : streams_) {
        if (is_stopping || now_ >= stream->look_at) stream->subscription.wake();
    }
    timer_->start(settings_.tick);
}

}  // namespace todod::mcp
