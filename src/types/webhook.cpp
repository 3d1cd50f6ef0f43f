#include "types/webhook.hpp"

#include "schema/builder.hpp"

namespace todod::types {

std::vector<ChangeKind> all_change_kinds()
{
    return split_kinds(~ChangeKinds{0});
}

ChangeKinds join(const std::vector<ChangeKind>& kinds) noexcept
{
    unsigned joined = 0;
    for (const ChangeKind kind : kinds)
        joined |= 1U << static_cast<unsigned>(kind);
    return static_cast<ChangeKinds>(joined);
}

std::vector<ChangeKind> split_kinds(ChangeKinds kinds)
{
    std::vector<ChangeKind> found;
    for (const auto& known : schema::EnumNames<ChangeKind>::values) {
        if ((kinds >> static_cast<unsigned>(known.value) & 1U) != 0) found.push_back(known.value);
    }
    return found;
}

}  // namespace todod::types

namespace todod::schema {

using types::NewWebhook;
using types::Webhook;
using types::WebhookChange;
using types::WebhookDeadLetter;
using types::WebhookOutcome;
using types::WebhookRequest;
using types::WebhookSecret;

namespace {

constexpr Limits url_limits{
    .min_length = 1, .max_length = 1000, .trimmed = true, .printable = true, .format = "uri"};
constexpr Limits events_limits{.min_items = 1, .max_items = 5, .unique = true};

constexpr std::string_view example_id = R"("01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e")";
constexpr std::string_view example_url = R"("https://hooks.example.com/todod")";
constexpr std::string_view example_events = R"(["create", "update"])";
constexpr std::string_view example_secret = R"("whsec_YW4gZXhhbXBsZSBvZiAyNTYgcmFuZG9tIGJpdHM=")";

constexpr std::string_view url_doc =
    "Where messages are posted to: https, without a user and a fragment; in development http too.";
constexpr std::string_view events_doc = "Which kinds of changes are sent.";
constexpr std::string_view secret_doc =
    "What messages are signed with (Standard Webhooks). It is shown this once.";
constexpr std::string_view seq_doc = "Of the change that it was to tell.";

template <class T>
void describe_webhook_id(TypeBuilder<T>& builder)
{
    builder.template field<&T::webhook_id>(
        "webhook_id", "The webhook's `id`.",
        {.required = true, .place = Place::path, .example = example_id});
}

template <class T>
void describe_head(TypeBuilder<T>& builder)
{
    builder.template field<&Webhook::id>("id", "Its id.", {.example = example_id});
    builder.template field<&Webhook::url>("url", "Where messages are posted to.",
                                          {.example = example_url});
    builder.template field<&Webhook::events>("events", events_doc, {.example = example_events});
    builder.template field<&Webhook::is_active>(
        "is_active", "Whether anything is sent. What happens meanwhile is sent later.");
    builder.template field<&Webhook::disabled_reason>(
        "disabled_reason", "Why todod has switched it off; null where it has not.");
}

template <class T>
void describe_progress(TypeBuilder<T>& builder)
{
    builder.template field<&Webhook::delivered_seq>(
        "delivered_seq",
        "The `seq` of the last change that is done with; what comes after it is "
        "still to be sent.",
        {.example = "41"});
    builder.template field<&Webhook::failures>(
        "failures", "How often the message that is to be sent next has failed.");
    builder.template field<&Webhook::next_attempt_at>(
        "next_attempt_at", "When it is tried again; null: as soon as there is something to send.");
    builder.template field<&Webhook::failing_since>(
        "failing_since", "Since when nothing has arrived; null: the last message did.");
    builder.template field<&Webhook::last_status>("last_status", "What was answered last.",
                                                  {.example = "204"});
    builder.template field<&Webhook::last_error>("last_error", "Why the last attempt failed.");
    builder.template field<&Webhook::created_at>("created_at", "When it was made.");
    builder.template field<&Webhook::updated_at>("updated_at", "When it was last changed.");
}

}  // namespace

template <>
const Type& type_of<Webhook>()
{
    static const Type type = [] {
        TypeBuilder<Webhook> builder{"Webhook",
                                     "A URL that is told each change of its owner's tasks."};
        describe_head(builder);
        describe_progress(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<NewWebhook>()
{
    static const Type type = [] {
        TypeBuilder<NewWebhook> builder{"NewWebhook", "A webhook that has just been made."};
        describe_head(builder);
        builder.field<&NewWebhook::secret>("secret", secret_doc, {.example = example_secret});
        describe_progress(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<WebhookSecret>()
{
    static const Type type =
        TypeBuilder<WebhookSecret>{"WebhookSecret", "A new secret of a webhook."}
            .field<&WebhookSecret::secret>("secret", secret_doc, {.example = example_secret})
            .field<&WebhookSecret::old_secret_until>(
                "old_secret_until", "Until when messages are signed with the old one as well.")
            .done();
    return type;
}

template <>
const Type& type_of<WebhookRequest>()
{
    static const Type type =
        TypeBuilder<WebhookRequest>{"WebhookRequest", "A new webhook."}
            .field<&WebhookRequest::url>(
                "url", url_doc, {.required = true, .example = example_url, .limits = url_limits})
            .field<&WebhookRequest::events>("events",
                                            "Which kinds of changes are sent; without it, all.",
                                            {.example = example_events, .limits = events_limits})
            .field<&WebhookRequest::from_seq>(
                "from_seq",
                "The first change to be sent, by its `seq`, where the log still has it; without "
                "it, the next that is made.",
                {.limits = {.minimum = 1}})
            .done();
    return type;
}

template <>
const Type& type_of<WebhookChange>()
{
    static const Type type = [] {
        TypeBuilder<WebhookChange> builder{"WebhookChange", "What to set in a webhook."};
        describe_webhook_id(builder);
        return builder
            .field<&WebhookChange::url>("url", url_doc,
                                        {.example = example_url, .limits = url_limits})
            .field<&WebhookChange::events>("events", events_doc,
                                           {.example = example_events, .limits = events_limits})
            .field<&WebhookChange::is_active>(
                "is_active",
                "Whether anything is sent. One that is switched on goes on where it had come to.")
            .done();
    }();
    return type;
}

template <>
const Type& type_of<types::NameWebhook>()
{
    static const Type type = [] {
        TypeBuilder<types::NameWebhook> builder{"NameWebhook", "Which webhook."};
        describe_webhook_id(builder);
        return builder.done();
    }();
    return type;
}

template <>
const Type& type_of<WebhookOutcome>()
{
    static const Type type =
        TypeBuilder<WebhookOutcome>{"WebhookOutcome", "What became of a message."}
            .field<&WebhookOutcome::is_delivered>("is_delivered",
                                                  "Whether it was answered with 2xx.")
            .field<&WebhookOutcome::status>(
                "status", "What it was answered; null where it was not.", {.example = "204"})
            .field<&WebhookOutcome::error>("error", "Why it is not delivered.")
            .field<&WebhookOutcome::duration_ms>("duration_ms", "How long that took.",
                                                 {.example = "38"})
            .done();
    return type;
}

template <>
const Type& type_of<WebhookDeadLetter>()
{
    static const Type type =
        TypeBuilder<WebhookDeadLetter>{"WebhookDeadLetter", "A message that was given up."}
            .field<&WebhookDeadLetter::seq>("seq", seq_doc, {.example = "41"})
            .field<&WebhookDeadLetter::failed_at>("failed_at", "When it last failed.")
            .field<&WebhookDeadLetter::attempts>("attempts", "How often it was sent.",
                                                 {.example = "10"})
            .field<&WebhookDeadLetter::last_status>("last_status", "What was answered last.",
                                                    {.example = "500"})
            .field<&WebhookDeadLetter::last_error>("last_error", "Why the last attempt failed.")
            .done();
    return type;
}

template <>
const Type& type_of<types::ListDeadLetters>()
{
    using types::ListDeadLetters;
    static const Type type = [] {
        TypeBuilder<ListDeadLetters> builder{"ListDeadLetters", "Which of them."};
        describe_webhook_id(builder);
        return builder
            .field<&ListDeadLetters::since>("since", "Those after this `seq`.",
                                            {.place = Place::query, .limits = {.minimum = 0}})
            .field<&ListDeadLetters::limit>(
                "limit", "How many at most.",
                {.place = Place::query,
                 .limits = {.minimum = 1, .maximum = ListDeadLetters::max_limit}})
            .done();
    }();
    return type;
}

template <>
const Type& type_of<types::NameDeadLetter>()
{
    using types::NameDeadLetter;
    static const Type type = [] {
        TypeBuilder<NameDeadLetter> builder{"NameDeadLetter", "Which of them."};
        describe_webhook_id(builder);
        return builder
            .field<&NameDeadLetter::seq>("seq", seq_doc,
                                         {.required = true, .place = Place::path, .example = "41"})
            .done();
    }();
    return type;
}

}  // namespace todod::schema
