using System.Globalization;
using System.Text.Json.Nodes;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>What is wrong, or only unusual, with the events of a stream; a whole body is left as it is, except where told.</summary>
public sealed partial class Misbehaviour
{
    private const string ErrorObject = """{"message":"The server had an error while processing your request.","type":"server_error","param":null,"code":null}""";

    /// <summary>An event whose JSON is cut.</summary>
    public static Misbehaviour MalformedEvent { get; } =
        OnEvents("malformed JSON in an event", events => Insert(events, 1, ServerSentEvents.Data("""{"id":"chatcmpl-1","object":"chat.""")));

    /// <summary>An event of 10 MB.</summary>
    public static Misbehaviour GiantEvent { get; } = GiantEventOf(10 * 1024 * 1024);

    /// <summary>Fields and events nobody knows; a whole body gets the field too.</summary>
    public static Misbehaviour UnknownFieldsAndEvents { get; } = new("unknown fields and events", answer => answer.IsStream
        ? answer.WithTexts(events => Insert([.. events.Select(AddUnknownField)], 1, ServerSentEvents.Named("x.unknown", """{"type":"x.unknown","object":"x.unknown"}""")))
        : answer.WithText(AddUnknownField));

    /// <summary>CRLF ends each line.</summary>
    public static Misbehaviour CrLf { get; } =
        OnEvents("CRLF line ends", events => events.Select(e => e.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)));

    /// <summary>A comment before each event, as servers send to keep a connection awake.</summary>
    public static Misbehaviour Comments { get; } =
        OnEvents("comments between events", events => events.SelectMany(e => new[] { ": keep-alive\n\n", e }));

    /// <summary>The usage comes twice.</summary>
    public static Misbehaviour DuplicateUsage { get; } = OnEvents("duplicate final usage chunk", RepeatUsage);

    /// <summary>Chunks go on after [DONE].</summary>
    public static Misbehaviour EventsAfterDone { get; } =
        OnEvents("events after [DONE]", events => [.. events, Chunk("late"), ServerSentEvents.Done]);

    /// <summary>The stream ends without [DONE].</summary>
    public static Misbehaviour WithoutDone { get; } =
        OnEvents("without [DONE]", events => events.Where(e => e != ServerSentEvents.Done));

    /// <summary>Nobody tells the usage.</summary>
    public static Misbehaviour WithoutUsage { get; } = new("without usage", answer => answer.IsStream
        ? answer.WithTexts(events => events.Where(e => !e.Contains("\"usage\":{", StringComparison.Ordinal)))
        : answer.WithText(RemoveUsage));

    /// <summary>An error event after some events, and then the end.</summary>
    public static Misbehaviour ErrorAfterEvents(int count) => OnEvents(Counted("error event after", count), events =>
        [.. events.Take(count), ErrorEventLike(events)]);

    /// <summary>Some events and then the end of the body in good order: no [DONE], no finish_reason.</summary>
    public static Misbehaviour EndAfterEvents(int count) => OnEvents(Counted("clean early end after", count), events => events.Take(count));

    /// <summary>An event with a text of that length.</summary>
    public static Misbehaviour GiantEventOf(int length) => OnEvents("giant event", events => Insert(events, 1, IsNamed(events)
        ? ServerSentEvents.Named("response.output_text.delta", $$"""{"type":"response.output_text.delta","delta":"{{new string('g', length)}}"}""")
        : Chunk(new string('g', length))));

    private static IEnumerable<Misbehaviour> OfEvents() =>
    [
        MalformedEvent, GiantEvent, UnknownFieldsAndEvents, CrLf, Comments, DuplicateUsage, EventsAfterDone, WithoutDone, WithoutUsage, ErrorAfterEvents(2), EndAfterEvents(2),
    ];

    private static Misbehaviour OnEvents(string name, Func<IReadOnlyList<string>, IEnumerable<string>> change) =>
        new(name, answer => answer.IsStream ? answer.WithTexts(change) : answer);

    private static bool IsNamed(IReadOnlyList<string> events) => events.Any(e => e.StartsWith("event:", StringComparison.Ordinal));

    private static IEnumerable<string> Insert(IReadOnlyList<string> events, int at, string added) => [.. events.Take(at), added, .. events.Skip(at)];

    // Responses tell an error flat, Anthropic nested under a name, chat nested without one.
    private static string ErrorEventLike(IReadOnlyList<string> events)
    {
        if (!IsNamed(events))
        {
            return ServerSentEvents.Data($$"""{"error":{{ErrorObject}}}""");
        }

        return ServerSentEvents.Named("error", events[0].Contains("event: response.", StringComparison.Ordinal)
            ? """{"type":"error","sequence_number":99,"code":"server_error","message":"The server had an error while processing your request.","param":null}"""
            : """{"type":"error","error":{"type":"api_error","message":"Internal server error"}}""");
    }

    private static string Chunk(string content) => ServerSentEvents.Data(
        $$$"""{"id":"chatcmpl-extra","object":"chat.completion.chunk","created":1767225600,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"{{{content}}}"},"finish_reason":null}]}""");

    private static IEnumerable<string> RepeatUsage(IReadOnlyList<string> events)
    {
        var last = events.LastOrDefault(e => e.Contains("\"usage\":{", StringComparison.Ordinal));
        return last is null ? events : events.SelectMany(e => ReferenceEquals(e, last) ? new[] { e, e } : [e]);
    }

    private static string RemoveUsage(string text)
    {
        if (JsonNode.Parse(text) is not JsonObject root)
        {
            return text;
        }

        root.Remove("usage");
        return root.ToJsonString();
    }

    private static string AddUnknownField(string text)
    {
        var start = text.IndexOf('{', StringComparison.Ordinal);
        var end = text.LastIndexOf('}') + 1;
        if (start < 0 || JsonNode.Parse(text[start..end]) is not JsonObject root)
        {
            return text;
        }

        root["x_unknown"] = new JsonObject { ["nested"] = new JsonArray(1, null, "three") };
        return string.Create(CultureInfo.InvariantCulture, $"{text[..start]}{root.ToJsonString()}{text[end..]}");
    }
}
