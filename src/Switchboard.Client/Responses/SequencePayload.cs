using System.Text.Json;
using Switchboard.Client.Transport;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>Reads events and notes the number of each, which every kind of event has, also those that are not known yet.</summary>
internal sealed class SequencePayload : PayloadReader<ResponseStreamEvent>
{
    /// <summary>The number of the event that was read last; null when it has none.</summary>
    public long? Number { get; private set; }

    public override ResponseStreamEvent Read(ReadOnlySpan<byte> utf8Json)
    {
        Number = Find(utf8Json);
        return WirePayload<ResponseStreamEvent>.Instance.Read(utf8Json);
    }

    private static long? Find(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isNumber = reader.ValueTextEquals("sequence_number"u8);
                reader.Read();
                if (isNumber)
                {
                    return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) ? number : null;
                }

                reader.Skip();
            }
        }

        return null;
    }
}
