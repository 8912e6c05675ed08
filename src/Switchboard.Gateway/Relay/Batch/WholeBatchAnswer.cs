using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Relay.Batch;

/// <summary>The answers to several prompts as one, which does not stream: the first's members, all choices, the usage added up.</summary>
internal sealed class WholeBatchAnswer(GatewayCall call, string provider, int count) : BatchAnswer(call)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly byte[][] _answers = new byte[count][];

    /// <inheritdoc/>
    public override async Task TakeAsync(BatchPart part, CancellationToken all, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await part.Reader.ReadAsync(all);
            if (read.IsCompleted)
            {
                _answers[part.Index] = read.Buffer.ToArray();
                part.Reader.AdvanceTo(read.Buffer.End);
                return;
            }

            part.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<GatewayOutcome> FinishAsync(IReadOnlyList<BatchPart> parts, CancellationToken cancellationToken)
    {
        if ((Fault ?? (parts.Any(part => part.IsAborted) ? UpstreamFaults.Cut(provider) : null)) is { } fault)
        {
            return GatewayOutcome.Failed(fault);
        }

        var body = Merge();
        var output = Call.Sink.Commit(new AnswerHead(200, "application/json") { ContentLength = body.WrittenCount, Headers = parts[0].Head!.Headers });
        await output.WriteAsync(body.WrittenMemory, cancellationToken);
        return GatewayOutcome.Answered;
    }

    private ArrayBufferWriter<byte> Merge()
    {
        var body = new ArrayBufferWriter<byte>();
        var (choices, usage) = Collect();
        using var json = new Utf8JsonWriter(body, s_options);
        var first = new Utf8JsonReader(_answers[0]);
        first.Read();
        json.WriteStartObject();
        while (first.Read() && first.TokenType == JsonTokenType.PropertyName)
        {
            var name = first.GetString()!;
            first.Read();
            var start = (int)first.TokenStartIndex;
            first.Skip();
            json.WritePropertyName(name);
            if (name == "usage" && !usage.IsEmpty)
            {
                usage.WriteTo(json);
            }
            else
            {
                json.WriteRawValue(name switch { "id" => Id, "choices" => choices, _ => _answers[0].AsSpan(start..(int)first.BytesConsumed) }, skipInputValidation: true);
            }
        }

        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private (byte[] Choices, UsageSum Usage) Collect()
    {
        var choices = new ArrayBufferWriter<byte>();
        var usage = new UsageSum();
        var parts = new AnswerParts();
        choices.Write("["u8);
        for (var i = 0; i < _answers.Length; i++)
        {
            parts.Read(_answers[i]);
            usage.Add(_answers[i].AsSpan(parts.Usage));
            if (parts.Count > 0 && choices.WrittenCount > 1)
            {
                choices.Write(","u8);
            }

            parts.WriteChoices(_answers[i], i * Call.Facts.Choices, choices);
        }

        choices.Write("]"u8);
        return (choices.WrittenSpan.ToArray(), usage);
    }
}
