using System.Buffers;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Translation;

namespace Switchboard.Gateway.Relay;

/// <summary>The body of a request in another dialect, where it is written in one go.</summary>
internal static class TranslatedBody
{
    /// <summary>Writes the body.</summary>
    /// <param name="call">The call that it is written for.</param>
    /// <param name="connection">Where it goes.</param>
    /// <param name="write">Writes it, and notes what cannot be expressed.</param>
    /// <param name="fault">Why nothing may be sent; null where it may.</param>
    public static ReadOnlyMemory<byte> Write(GatewayCall call, UpstreamConnection connection, Action<Utf8JsonWriter, RequestNotes> write, out GatewayError? fault)
    {
        var notes = new RequestNotes(call, connection.Provider, connection.Settings);
        var body = new ArrayBufferWriter<byte>(1024);
        try
        {
            using var json = new Utf8JsonWriter(body, TranslatedChat.WriterOptions);
            write(json, notes);
            json.Flush();
            fault = notes.Fault;
        }
        catch (InvalidOperationException)
        {
            fault = Untranslatable();
        }

        return body.WrittenMemory;
    }

    /// <summary>The request has text that escapes half a character (a lone surrogate), or a value that is of no kind that can be translated.</summary>
    public static GatewayError Untranslatable() =>
        GatewayError.InvalidRequest("The request holds a value that cannot be translated for the provider of this model.", null, "invalid_value");
}
