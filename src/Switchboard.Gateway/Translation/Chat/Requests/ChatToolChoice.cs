using System.Text.Json;

namespace Switchboard.Gateway.Translation.Chat.Requests;

/// <summary>Whether tools are to be called.</summary>
internal enum ChatToolChoiceKind
{
    /// <summary>The request does not say.</summary>
    Unsaid,

    /// <summary>The model decides.</summary>
    Auto,

    /// <summary>None.</summary>
    None,

    /// <summary>One at least.</summary>
    Required,

    /// <summary>The one that is named.</summary>
    Named,
}

/// <summary>The <c>tool_choice</c> of a request, or its <c>function_call</c> of old.</summary>
/// <param name="Kind">Whether tools are to be called.</param>
/// <param name="Name">Which, where one is named.</param>
internal readonly record struct ChatToolChoice(ChatToolChoiceKind Kind, string Name = "")
{
    /// <summary>What a request says.</summary>
    public static ChatToolChoice Of(ChatRequestView chat) =>
        (chat.Root.Find("tool_choice"u8) ?? chat.Root.Find("function_call"u8)) is { } choice ? Of(choice) : default;

    private static ChatToolChoice Of(JsonElement choice) => choice.ValueKind switch
    {
        JsonValueKind.String => choice.GetString() switch
        {
            "none" => new(ChatToolChoiceKind.None),
            "required" or "any" => new(ChatToolChoiceKind.Required),
            _ => new(ChatToolChoiceKind.Auto),
        },
        JsonValueKind.Object => (choice.Find("function"u8)?.Text("name"u8) ?? choice.Text("name"u8)) is { Length: > 0 } name
            ? new(ChatToolChoiceKind.Named, name)
            : Allowed(choice),
        _ => default,
    };

    // {"type":"allowed_tools","allowed_tools":{"mode":"required",…}}: the mode is kept; which tools may be called is not narrowed.
    private static ChatToolChoice Allowed(JsonElement choice) =>
        choice.Find("allowed_tools"u8)?.Text("mode"u8) == "required" ? new(ChatToolChoiceKind.Required) : new(ChatToolChoiceKind.Auto);
}
