using System.Text.Json;
using System.Text.Unicode;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Batches.Lines;

/// <summary>A line of a batch.</summary>
/// <param name="CustomId">What its owner calls it.</param>
/// <param name="Body">The request, a part of the line's bytes.</param>
internal readonly record struct BatchLine(string CustomId, ReadOnlyMemory<byte> Body)
{
    private const int LongestId = 512;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = RequestReader.MaxDepth + 1 };

    /// <summary>Reads a line.</summary>
    /// <param name="bytes">The line, without its end.</param>
    /// <param name="endpoint">Which endpoint the batch is for.</param>
    /// <param name="line">The line.</param>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public static BatchFault? Read(ReadOnlyMemory<byte> bytes, string endpoint, out BatchLine line)
    {
        line = default;
        var members = new Members();
        try
        {
            if (!Utf8.IsValid(bytes.Span) || !members.Read(bytes.Span))
            {
                return NotJson;
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return NotJson;
        }

        line = new BatchLine(members.CustomId ?? "", bytes[members.Body]);
        return members.Check(endpoint);
    }

    private static BatchFault NotJson => new("invalid_json_line", "This line is not parseable as a valid JSON object.");

    /// <summary>The members of a line that are looked at.</summary>
    private ref struct Members
    {
        private string? _method;
        private string? _url;
        private string? _model;
        private bool _hasPrompt;
        private bool _hasBody;

        public string? CustomId { get; private set; }

        public Range Body { get; private set; }

        public bool Read(ReadOnlySpan<byte> bytes)
        {
            var json = new Utf8JsonReader(bytes, s_options);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                ReadMember(ref json);
            }

            // So that what follows the object is seen.
            return !json.Read();
        }

        public readonly BatchFault? Check(string endpoint) =>
            CustomId is null or "" ? Missing("custom_id", "a non-empty string")
            : CustomId.Length > LongestId ? new BatchFault("invalid_custom_id", $"'custom_id' must be at most {LongestId} characters long.", "custom_id")
            : _method is null ? Missing("method", "POST")
            : _method != "POST" ? new BatchFault("invalid_method", "'method' must be POST.", "method")
            : _url is null ? Missing("url", endpoint)
            : _url != endpoint ? new BatchFault("invalid_url", $"'url' must be the endpoint of the batch, {endpoint}.", "url")
            : !_hasBody ? Missing("body", "an object")
            : string.IsNullOrWhiteSpace(_model) && !(_hasPrompt && BatchEndpoints.Find(endpoint)?.Operation == ApiOperation.Responses) ? Missing("body.model", "the name of a model")
            : null;

        private static BatchFault Missing(string member, string expected) => new("missing_required_parameter", $"'{member}' is missing; it must be {expected}.", member);

        private void ReadMember(ref Utf8JsonReader json)
        {
            if (json.ValueTextEquals("body"u8))
            {
                json.Read();
                ReadBody(ref json);
            }
            else if (json.ValueTextEquals("custom_id"u8))
            {
                CustomId = TextOf(ref json);
            }
            else if (json.ValueTextEquals("method"u8))
            {
                _method = TextOf(ref json);
            }
            else if (json.ValueTextEquals("url"u8))
            {
                _url = TextOf(ref json);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        private void ReadBody(ref Utf8JsonReader json)
        {
            _hasBody = json.TokenType == JsonTokenType.StartObject;
            if (!_hasBody)
            {
                json.Skip();
                return;
            }

            var start = (int)json.TokenStartIndex;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("model"u8))
                {
                    _model = TextOf(ref json);
                }
                else
                {
                    _hasPrompt |= json.ValueTextEquals("prompt"u8);
                    json.Read();
                    json.Skip();
                }
            }

            Body = start..(int)json.BytesConsumed;
        }

        // A value that is no text counts as none.
        private static string? TextOf(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType == JsonTokenType.String)
            {
                return json.GetString();
            }

            json.Skip();
            return null;
        }
    }
}
