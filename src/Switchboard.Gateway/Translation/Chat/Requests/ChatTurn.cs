using System.Text.Json;

namespace Switchboard.Gateway.Translation.Chat.Requests;

/// <summary>Who speaks in a turn.</summary>
internal enum ChatRole
{
    /// <summary>The one who built the program: <c>system</c> or <c>developer</c>.</summary>
    System,

    /// <summary>The user.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>A tool that was called: <c>tool</c>, or <c>function</c> of old.</summary>
    Tool,
}

/// <summary>One message of a chat.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Parts">What is said; empty where it is nothing but tool calls.</param>
/// <param name="Message">The message as it came.</param>
/// <param name="Path">Where it stands in the request, for errors: <c>messages[2]</c>.</param>
internal sealed record ChatTurn(ChatRole Role, IReadOnlyList<ChatPart> Parts, JsonElement Message, string Path)
{
    /// <summary>The tools that the model called.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call that a tool answers.</summary>
    public string ToolCallId { get; init; } = "";
}

/// <summary>What a part of a message is.</summary>
internal enum ChatPartKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A refusal, which is text.</summary>
    Refusal,

    /// <summary>A picture, <c>image_url</c>.</summary>
    Image,

    /// <summary>Sound, <c>input_audio</c>.</summary>
    Audio,

    /// <summary>A file, <c>file</c>.</summary>
    File,

    /// <summary>A moving picture, <c>video_url</c>, which OpenAI does not have and engines do.</summary>
    Video,

    /// <summary>Anything else that has a <c>type</c>.</summary>
    Other,
}

/// <summary>A part of a message.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Element">The part as it came, or the text itself where the message's content is a string.</param>
/// <param name="Path">Where it stands in the request, for errors.</param>
internal readonly record struct ChatPart(ChatPartKind Kind, JsonElement Element, string Path)
{
    /// <summary>The text of a part that has one, as a JSON string.</summary>
    public JsonElement Text => Element.ValueKind == JsonValueKind.String ? Element
        : Element.Find(Kind == ChatPartKind.Refusal ? "refusal"u8 : "text"u8) ?? default;

    /// <summary>The value of <c>type</c>.</summary>
    public string Type => Element.ValueKind == JsonValueKind.Object ? Element.Text("type"u8) ?? "" : "text";

    /// <summary>The address of a picture or a video: <c>image_url.url</c>.</summary>
    public JsonElement? Url => Kind switch
    {
        ChatPartKind.Image => Address("image_url"u8),
        ChatPartKind.Video => Address("video_url"u8),
        _ => null,
    };

    // Some clients write the address itself where the object belongs.
    private JsonElement? Address(ReadOnlySpan<byte> member) =>
        Element.Find(member) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value
        : value.Find("url"u8) is { ValueKind: JsonValueKind.String } url ? url : null;
}

/// <summary>A call of a tool that the model made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON string that should hold a JSON object; undefined where there is none.</param>
/// <param name="Element">The call as it came.</param>
internal readonly record struct ChatToolCall(string Id, string Name, JsonElement Arguments, JsonElement Element);

/// <summary>A tool that the model may call.</summary>
/// <param name="Name">Its name; empty for one that is no function.</param>
/// <param name="Function">The object with <c>name</c>, <c>description</c>, <c>parameters</c>; undefined for one that is no function.</param>
/// <param name="Element">The tool as it came.</param>
/// <param name="Path">Where it stands in the request, for errors.</param>
internal readonly record struct ChatTool(string Name, JsonElement Function, JsonElement Element, string Path)
{
    /// <summary>True for a function; else it is the dialect's own, or OpenAI's alone.</summary>
    public bool IsFunction => Function.ValueKind == JsonValueKind.Object;

    /// <summary>What it does.</summary>
    public JsonElement? Description => Function.Find("description"u8);

    /// <summary>The JSON schema of its arguments.</summary>
    public JsonElement? Parameters => Function.Find("parameters"u8) is { ValueKind: JsonValueKind.Object } schema ? schema : null;

    /// <summary>Its arguments hold to the schema.</summary>
    public bool IsStrict => Function.Find("strict"u8) is { ValueKind: JsonValueKind.True };
}
