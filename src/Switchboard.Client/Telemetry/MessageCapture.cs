using System.Diagnostics;
using System.Text.Json;

namespace Switchboard.Client.Telemetry;

/// <summary>Puts the messages of a call on its span, in the conventions' shape; only where content is wanted.</summary>
internal sealed class MessageCapture
{
    private readonly Activity _activity;
    private readonly StreamedChoices _choices = new();
    private string? _output;

    private MessageCapture(Activity activity) => _activity = activity;

    /// <summary>Begins with the request's messages.</summary>
    public static MessageCapture Start(Activity activity, ReadOnlyMemory<byte> request)
    {
        if (Parse(request) is { } document)
        {
            using (document)
            {
                var root = document.RootElement;
                activity.SetTag("gen_ai.input.messages", MessageJson.Input(root));
                activity.SetTag("gen_ai.system_instructions", MessageJson.Instructions(root));
                activity.SetTag("gen_ai.tool.definitions", root.TryGetProperty("tools", out var tools) ? tools.GetRawText() : null);
            }
        }

        return new MessageCapture(activity);
    }

    /// <summary>The answer came whole.</summary>
    public void Answered(ReadOnlySpan<byte> utf8Json) => Take(utf8Json, isChunk: false);

    /// <summary>An event of the answer came.</summary>
    public void Received(ReadOnlySpan<byte> data) => Take(data, isChunk: true);

    /// <summary>Puts what came on the span.</summary>
    public void Tell() => _activity.SetTag("gen_ai.output.messages", _output ?? _choices.ToMessages());

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
