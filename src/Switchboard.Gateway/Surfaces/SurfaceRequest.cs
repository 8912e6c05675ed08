using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Anthropic.Surface;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Gemini.Surface;

namespace Switchboard.Gateway.Surfaces;

/// <summary>A request of a caller that does not speak OpenAI chat, made into a chat request.</summary>
public sealed class SurfaceRequest
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    private readonly ISurface _surface;

    private SurfaceRequest(ISurface surface, ReadOnlyMemory<byte> body, RequestFacts facts, CallOrigin origin) =>
        (_surface, Body, Facts, Origin) = (surface, body, facts, origin);

    /// <summary>The chat request.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>What was found in it.</summary>
    public RequestFacts Facts { get; }

    /// <summary>What it was before.</summary>
    public CallOrigin Origin { get; }

    /// <summary>Reads a request of Anthropic's Messages API.</summary>
    /// <param name="body">Its JSON, which has to stay as long as the call runs.</param>
    /// <param name="path">Where a provider of the same dialect takes it: <c>messages</c>.</param>
    /// <param name="headers">The headers for such a provider.</param>
    /// <param name="policy">How requests are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="error">Why it is refused.</param>
    /// <returns>Null when it is refused.</returns>
    public static SurfaceRequest? ReadAnthropic(
        ReadOnlyMemory<byte> body, string path, IReadOnlyList<KeyValuePair<string, string>> headers, RequestPolicy policy, TimeProvider time, out GatewayError? error)
    {
        var origin = new CallOrigin { Dialect = ApiDialect.Anthropic, Body = body, Path = path, Headers = headers };
        return Read(origin, policy, AnthropicRequestToChat.Write, model => new AnthropicSurface(new ChatStamp(model, time)), out error);
    }

    /// <summary>Reads a request of Google's Gemini API.</summary>
    /// <param name="body">Its JSON, which has to stay as long as the call runs.</param>
    /// <param name="model">The model of its path.</param>
    /// <param name="method">What its path asks for.</param>
    /// <param name="isSse">Its query asks for events.</param>
    /// <param name="policy">How requests are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="error">Why it is refused.</param>
    /// <returns>Null when it is refused.</returns>
    public static SurfaceRequest? ReadGemini(
        ReadOnlyMemory<byte> body, string model, GeminiMethod method, bool isSse, RequestPolicy policy, TimeProvider time, out GatewayError? error)
    {
        var isStream = method == GeminiMethod.StreamGenerateContent;
        if (method is GeminiMethod.EmbedContent or GeminiMethod.BatchEmbedContents)
        {
            // Never passed: a batch names the model in each of its requests.
            var isBatch = method == GeminiMethod.BatchEmbedContents;
            var embedding = new CallOrigin { Dialect = ApiDialect.OpenAI, Body = body, Path = "" };
            return Read(embedding, policy, (chat, root) => GeminiEmbedRequestToEmbeddings.Write(chat, root, model, isBatch), _ => new EmbeddingsToGemini(isBatch), out error, ApiOperation.Embeddings);
        }

        var origin = new CallOrigin
        {
            // A JSON array is made here, out of events.
            Dialect = isStream && !isSse ? ApiDialect.OpenAI : ApiDialect.Gemini,
            Body = body,
            Path = isStream ? "streamGenerateContent?alt=sse" : method == GeminiMethod.CountTokens ? "countTokens" : "generateContent",
        };
        return Read(
            origin,
            policy,
            (chat, root) => GeminiRequestToChat.Write(chat, method == GeminiMethod.CountTokens ? root.Get("generateContentRequest") ?? root : root, model, isStream),
            asked => new GeminiSurface(new ChatStamp(asked, time), isSse),
            out error,
            asked: new RequestFacts(model, default, isStream, IncludeUsage: false, Choices: 1));
    }

    /// <summary>The sink for a call that counts the request's tokens.</summary>
    public static TranslatingSink CreateCountSink(IAnswerSink caller, ApiDialect dialect) => new(caller, new CountSurface(dialect));

    /// <summary>The sink for the call: what the provider writes to it reaches the caller in the caller's dialect.</summary>
    public TranslatingSink CreateSink(IAnswerSink caller) => new(caller, _surface);

    private static SurfaceRequest? Read(
        CallOrigin origin,
        RequestPolicy policy,
        Action<ChatRequestWriter, JsonElement> write,
        Func<string, ISurface> surface,
        out GatewayError? error,
        ApiOperation operation = ApiOperation.ChatCompletions,
        RequestFacts? asked = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        error = RequestReader.CheckText(origin.Body.Span);
        if (error is not null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(origin.Body, s_options);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                error = GatewayError.InvalidRequest("The body must be a JSON object.", null, RequestFaults.InvalidJson);
                return null;
            }

            var mending = origin.Dialect == ApiDialect.Anthropic ? AnthropicHistory.MendingOf(origin.Body.Span, root) : null;
            using var chat = new ChatRequestWriter(origin.Body.Length + 512);
            if ((Write(chat, root, write) ?? chat.Fault) is not { } fault)
            {
                return Read(chat, origin, mending, policy.ForTranslated, surface, out error, operation);
            }

            // A provider of the same dialect may well take it: what it asks for is all that is needed to find out.
            asked = origin.Dialect == ApiDialect.Anthropic ? AskedBy(root) : asked;
            error = origin.Dialect == ApiDialect.OpenAI || asked is null ? fault : null;
            return error is null ? new SurfaceRequest(surface(asked!.Model), ReadOnlyMemory<byte>.Empty, asked, origin.With(ModelSpanOf(origin), mending, fault)) : null;
        }
        catch (JsonException exception)
        {
            error = RequestFaults.NotJson(exception);
            return null;
        }
    }

    private static SurfaceRequest? Read(ChatRequestWriter chat, CallOrigin origin, BodyEdits? mending, RequestPolicy policy, Func<string, ISurface> surface, out GatewayError? error, ApiOperation operation)
    {
        var reading = RequestReader.Read(chat.Written, operation, policy);
        error = reading.Error;
        if (!reading.IsTaken)
        {
            return null;
        }

        var facts = chat.Dropped.Count == 0 ? reading.Facts : reading.Facts with { Dropped = [.. reading.Facts.Dropped, .. chat.Dropped] };
        return new SurfaceRequest(surface(facts.Model), reading.Body, facts, origin.With(ModelSpanOf(origin), mending, chat));
    }

    private static RequestFacts? AskedBy(JsonElement root) =>
        root.Text("model"u8) is { Length: > 0 } model ? RequestFacts.None with { Model = model, Stream = root.IsTrue("stream"u8) } : null;

    private static GatewayError? Write(ChatRequestWriter chat, JsonElement root, Action<ChatRequestWriter, JsonElement> write)
    {
        try
        {
            write(chat, root);
            return null;
        }
        catch (InvalidOperationException)
        {
            // Text that escapes half a character, or a value of no kind that can be translated.
            return GatewayError.InvalidRequest("The request holds a value that cannot be translated for the provider of this model.", null, "invalid_value");
        }
    }

    private static Range ModelSpanOf(CallOrigin origin)
    {
        var span = default(Range);
        if (!origin.NamesModel)
        {
            return span;
        }

        var json = new Utf8JsonReader(origin.Body.Span, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isModel = json.ValueTextEquals("model"u8);
            json.Read();
            if (isModel)
            {
                // Of several the last counts, as it does for who reads the JSON.
                span = (int)json.TokenStartIndex..(int)json.BytesConsumed;
            }

            json.Skip();
        }

        return span;
    }
}
