using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Accounting;

/// <summary>What a call used that is not sold by tokens.</summary>
public readonly record struct CallUnits
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    /// <summary>Pictures made.</summary>
    public int Images { get; init; }

    /// <summary>Seconds of sound heard or made.</summary>
    public decimal Seconds { get; init; }

    /// <summary>Characters read out.</summary>
    public int Characters { get; init; }

    /// <summary>Searches, each a query over some documents.</summary>
    public int Searches { get; init; }

    /// <summary>What a call that is answered asked for, and what its answer told so far.</summary>
    internal static CallUnits Of(GatewayCall call) => call.Operation switch
    {
        ApiOperation.ImageGenerations or ApiOperation.ImageEdits or ApiOperation.ImageVariations => new() { Images = Math.Max(call.Upload?.Choices ?? Find(call.Body.Span, "n"u8).Number, 1) },
        ApiOperation.Speech => new() { Characters = Find(call.Body.Span, "input"u8).Length },
        ApiOperation.Rerank => new() { Searches = 1 },
        _ => call.Seconds > 0 ? new() { Seconds = call.Seconds } : default,
    };

    private static (int Number, int Length) Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        try
        {
            return body.IsEmpty ? default : FindIn(body, name);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It was read before; only what escapes half a character is none.
            return default;
        }
    }

    private static (int Number, int Length) FindIn(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        var json = new Utf8JsonReader(body, s_options);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals(name);
            json.Read();
            if (isIt)
            {
                return json.TokenType switch
                {
                    JsonTokenType.Number when json.TryGetInt32(out var number) => (number, 0),
                    JsonTokenType.String => (0, CountCharacters(ref json)),
                    _ => default,
                };
            }

            json.Skip();
        }

        return default;
    }

    private static int CountCharacters(ref Utf8JsonReader json)
    {
        var text = json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan;
        var count = 0;
        foreach (var value in text)
        {
            // The bytes that go on with a character begin with 10.
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }
}
