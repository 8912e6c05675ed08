using System.Text.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Shared;

namespace Switchboard.Client.StructuredOutputs;

/// <summary>A .NET type as the form of a model's answer: its strict JSON schema, and how the answer is read.</summary>
/// <remarks>
/// <c>ParseAsync</c> does all of it in one call. Use this type for streams: put <see cref="ChatFormat"/> or <see cref="TextOptions"/>
/// into the request and give the whole answer to <see cref="Parse(ChatCompletion)"/>.
/// Every property is required by the schema, and may be null where its .NET type allows null. Descriptions come from
/// <see cref="System.ComponentModel.DescriptionAttribute"/>. Enums are strings where their converter writes them so, else numbers that the schema explains.
/// </remarks>
/// <typeparam name="T">The type. One that is no object (a list, a number, a polymorphic type) travels inside <c>{"value": …}</c>.</typeparam>
public sealed class StructuredOutput<T>
{
    private static readonly ConditionalWeakTable<JsonTypeInfo<T>, StructuredOutput<T>> s_known = [];

    private readonly JsonTypeInfo<T> _type;
    private readonly bool _isWrapped;

    /// <summary>Makes the schema of a type.</summary>
    /// <param name="type">How the type is written and read, from a source-generated context.</param>
    /// <param name="name">The schema's name: 1 to 64 letters, digits, <c>_</c> and <c>-</c>; by default the type's.</param>
    /// <param name="description">What the answer is for, to guide the model; by default none beside the type's own.</param>
    /// <exception cref="ArgumentException">No strict schema can say what the type is: it has a dictionary or a value of any kind, or is too large.</exception>
    public StructuredOutput(JsonTypeInfo<T> type, string? name = null, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        _type = type;
        Name = name is null ? NameOf(typeof(T)) : WireName.Check(name, nameof(name));
        Description = description;
        Schema = StrictSchema.Of(TypeSchema.Of(type), typeof(T).Name, nullableOptionals: false, out _isWrapped);
    }

    /// <summary>The schema's name.</summary>
    public string Name { get; }

    /// <summary>What the answer is for, or null.</summary>
    public string? Description { get; }

    /// <summary>The strict schema.</summary>
    public RawJson Schema { get; }

    /// <summary>The <c>response_format</c> of a chat completion.</summary>
    public ResponseFormat ChatFormat => new JsonSchemaResponseFormat(new JsonSchemaFormat(Name) { Description = Description, Schema = Schema, Strict = true });

    /// <summary>The <c>text.format</c> of a response.</summary>
    public ResponseFormat TextFormat => new TextJsonSchemaResponseFormat(Name, Schema) { Description = Description, Strict = true };

    /// <summary>The <c>text</c> of a response with nothing but the format.</summary>
    public ResponseTextOptions TextOptions => new() { Format = TextFormat };

    /// <summary>Reads the JSON that the model wrote.</summary>
    /// <exception cref="UnreadableOutputException">It is not JSON, or not of the type.</exception>
    public T? Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            if (!_isWrapped)
            {
                return JsonSerializer.Deserialize(json, _type);
            }

            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("value", out var value)
                ? value.Deserialize(_type)
                : throw new JsonException("The object with the member 'value' is missing.");
        }
        catch (JsonException fault)
        {
            throw new UnreadableOutputException(typeof(T), json, fault);
        }
    }

    /// <summary>Reads a whole chat completion, its first choice.</summary>
    /// <exception cref="IncompleteOutputException">The answer was cut at the token limit or by a filter.</exception>
    /// <exception cref="UnreadableOutputException">The answer is not JSON, or not of the type.</exception>
    public ParsedCompletion<T> Parse(ChatCompletion completion)
    {
        ArgumentNullException.ThrowIfNull(completion);
        if (completion.Choices is not [var choice, ..])
        {
            return new ParsedCompletion<T>(completion);
        }

        var text = choice.Message?.Content;
        if (choice.FinishReason == ChatFinishReason.Length || choice.FinishReason == ChatFinishReason.ContentFilter)
        {
            throw new IncompleteOutputException(choice.FinishReason.Value, text) { Completion = completion };
        }

        // Other servers write an empty refusal where there is none.
        return choice.Message?.Refusal is { Length: > 0 } refusal ? new ParsedCompletion<T>(completion) { Refusal = refusal }
            : string.IsNullOrEmpty(text) ? new ParsedCompletion<T>(completion)
            : new ParsedCompletion<T>(completion) { Parsed = Parse(text), IsParsed = true };
    }

    /// <summary>Reads a whole response, its last message.</summary>
    /// <exception cref="IncompleteOutputException">The response is incomplete, failed or was cancelled.</exception>
    /// <exception cref="UnreadableOutputException">The answer is not JSON, or not of the type.</exception>
    public ParsedResponse<T> Parse(Response response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var (text, refusal) = ResponseText.LastOf(response);
        if (response.Status is { } status && (status == ResponseStatus.Incomplete || status == ResponseStatus.Failed || status == ResponseStatus.Cancelled))
        {
            var reason = response.IncompleteDetails?.Reason?.Value ?? response.Error?.Code.Value ?? status.Value;
            throw new IncompleteOutputException(reason, text, response.Error?.Message) { Response = response };
        }

        return refusal is not null ? new ParsedResponse<T>(response) { Refusal = refusal }
            : string.IsNullOrEmpty(text) ? new ParsedResponse<T>(response)
            : new ParsedResponse<T>(response) { Parsed = Parse(text), IsParsed = true };
    }

    /// <summary>The one of a type, made once.</summary>
    internal static StructuredOutput<T> Of(JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return s_known.GetValue(type, static found => new StructuredOutput<T>(found));
    }

    private static string NameOf(Type type)
    {
        var name = new StringBuilder();
        AddName(name, type);
        return name.Length > WireName.MaxLength ? name.ToString(0, WireName.MaxLength) : name.ToString();
    }

    private static void AddName(StringBuilder name, Type type)
    {
        foreach (var letter in type.Name.TakeWhile(letter => letter != '`'))
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        foreach (var argument in type.GenericTypeArguments)
        {
            AddName(name.Append('_'), argument);
        }
    }
}
