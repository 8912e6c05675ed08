using System.Diagnostics;

namespace Switchboard.Protocol.Telemetry;

/// <summary>Puts the messages of a call on its span, in the conventions' shape; only where content is wanted.</summary>
internal sealed class MessageCapture
{
    private readonly Activity _activity;
    private readonly Func<string, string>? _redact;
    private readonly StreamedChoices _choices = new();
    private string? _output;

    private MessageCapture(Activity activity, Func<string, string>? redact) => (_activity, _redact) = (activity, redact);

    /// <summary>Begins with the request's messages.</summary>
    /// <param name="activity">The span.</param>
    /// <param name="request">The request's JSON.</param>
    /// <param name="redact">Takes out what must not be seen; null for nothing.</param>
    public static MessageCapture Start(Activity activity, ReadOnlyMemory<byte> request, Func<string, string>? redact = null)
    {
        var capture = new MessageCapture(activity, redact);
        if (Parse(request) is { } document)
        {
            using (document)
            {
                var root = document.RootElement;
                capture.Tell("gen_ai.input.messages", MessageJson.Input(root));
                capture.Tell("gen_ai.system_instructions", MessageJson.Instructions(root));
                capture.Tell("gen_ai.tool.definitions", root.TryGetProperty("tools", out var tools) ? tools.GetRawText() : null);
            }
        }

        return capture;
    }

    /// <summary>The answer came whole.</summary>
    public void Answered(ReadOnlySpan<byte> utf8Json) => Take(utf8Json, isChunk: false);

    /// <summary>An event of the answer came.</summary>
    public void Received(ReadOnlySpan<byte> data) => Take(data, isChunk: true);

    /// <summary>Puts what came on the span.</summary>
    public void Tell() => Tell("gen_ai.output.messages", _output ?? _choices.ToMessages());

    private void Tell(string attribute, string? json) => _activity.SetTag(attribute, json is null ? null : _redact?.Invoke(json) ?? json);

    private static JsonDocument? Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = 128 });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // There is nothing to show.
        }

        return null;
    }

    private void Take(ReadOnlySpan<byte> utf8Json, bool isChunk)
    {
        if (Parse(utf8Json.ToArray()) is not { } document)
        {
            return;
        }

        using (document)
        {
            var root = document.RootElement;
            var response = isChunk && root.TryGetProperty("response", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : root;
            if (isChunk && root.TryGetProperty("choices", out var choices))
            {
                _choices.Add(choices);
            }
            else
            {
                _output = MessageJson.Output(response) ?? _output;
            }
        }
    }
}
