using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Surfaces;

/// <summary>
/// A chat request that is written for a caller of another dialect: its JSON, which of its members are extensions, what
/// could not be said in it, and why it cannot be written at all.
/// </summary>
internal sealed class ChatRequestWriter : IDisposable
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 0, SkipValidation = true };

    // They are told in a header.
    private const int MostDropped = 64;

    private readonly ArrayBufferWriter<byte> _bytes;
    private readonly List<ChatExtension> _extensions = [];
    private readonly List<string> _dropped = [];

    /// <summary>An empty request.</summary>
    /// <param name="expected">About how many bytes it will have.</param>
    public ChatRequestWriter(int expected)
    {
        _bytes = new ArrayBufferWriter<byte>(expected);
        Json = new Utf8JsonWriter(_bytes, s_options);
    }

    /// <summary>Writes it.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>What was written; after the last member.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            Json.Flush();
            return _bytes.WrittenMemory;
        }
    }

    /// <summary>The members that OpenAI does not have.</summary>
    public IReadOnlyList<ChatExtension> Extensions => _extensions;

    /// <summary>The members of the caller's request that chat has nothing like.</summary>
    public IReadOnlyList<string> Dropped => _dropped;

    /// <summary>Where the name <c>max_tokens</c> stands.</summary>
    public Range MaxTokensName { get; private set; }

    /// <summary>Why there is no request; null while there is one. The first fault stands.</summary>
    public GatewayError? Fault { get; private set; }

    private int Position => (int)(Json.BytesCommitted + Json.BytesPending);

    /// <summary>Writes a member inside a message or a tool that OpenAI does not have. Never the first of its object.</summary>
    public void Extension<T>(string name, T value, Action<Utf8JsonWriter, T> write)
    {
        var start = Position;
        Json.WritePropertyName(name);
        write(Json, value);
        _extensions.Add(new ChatExtension(name, start..Position));
    }

    /// <summary>Writes the limit of the answer's tokens.</summary>
    public void MaxTokens(JsonElement value) => MaxTokens(value.GetInt64());

    /// <summary>Writes the limit of the answer's tokens. Never the first member.</summary>
    public void MaxTokens(long value)
    {
        var start = Position;
        Json.WriteNumber("max_tokens"u8, value);

        // Behind the comma and the quote.
        MaxTokensName = (start + 2)..(start + 2 + "max_tokens".Length);
    }

    /// <summary>Notes what chat has nothing like, once; of a request that has no end of such the first.</summary>
    public void Drop(string name)
    {
        if (_dropped.Count < MostDropped && !_dropped.Contains(name))
        {
            _dropped.Add(name);
        }
    }

    /// <summary>The request cannot be translated.</summary>
    public void Refuse(string path, string message, string code = "invalid_value") => Fault ??= GatewayError.InvalidRequest(message, path, code);

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
