using System.Buffers;
using System.Text;
using System.Text.Json;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>Puts the output of a response together from the events of its stream.</summary>
internal sealed class ResponseOutputBuilder
{
    private readonly SortedDictionary<int, OutputItemBuilder> _items = [];
    private readonly ArrayBufferWriter<byte> _audio = new();

    /// <summary>The text that the last event added to.</summary>
    public GrowingText? LastText { get; set; }

    public bool IsEmpty => _items.Count == 0;

    public ReadOnlyMemory<byte> Audio => _audio.WrittenMemory;

    public GrowingText AudioTranscript { get; } = new();

    public ResponseItem[] Build() => [.. _items.Values.Select(item => item.Item)];

    public void Set(int index, ResponseItem? item, bool isDone)
    {
        if (item is not null)
        {
            if (!_items.TryGetValue(index, out var builder))
            {
                _items.Add(index, builder = new OutputItemBuilder());
            }

            builder.Set(item, isDone);
        }
    }

    /// <summary>Items that a response came with, where nothing else is known of them.</summary>
    public void Seed(IReadOnlyList<ResponseItem> items)
    {
        foreach (var (index, item) in items.Index())
        {
            if (!_items.ContainsKey(index))
            {
                Set(index, item, isDone: false);
            }
        }
    }

    /// <summary>The item to change; null when the whole item has come already.</summary>
    public GrowingJson? Item(int index, string id, string type)
    {
        if (!_items.TryGetValue(index, out var builder))
        {
            _items.Add(index, builder = new OutputItemBuilder());
            builder.Begin(type, id);
        }

        return builder.IsDone ? null : builder.Json;
    }

    /// <summary>A part of a message's or reasoning's content, begun where the server did not.</summary>
    public GrowingJson? Part(int index, string id, int part, string type)
    {
        var (item, list) = type switch
        {
            "summary_text" => ("reasoning", "summary"),
            "reasoning_text" => ("reasoning", "content"),
            _ => ("message", "content"),
        };
        if (Item(index, id, item)?[list][part] is not { } json)
        {
            return null;
        }

        if (json.IsNull)
        {
            json["type"].Set(type);
            if (type == "output_text")
            {
                json["annotations"].Set(RawJson.Parse("[]"u8));
            }
        }

        return json;
    }

    public void SetPart(int index, string id, int part, string type, GrowingJson value) => Part(index, id, part, type)?.Set(value.ToRaw());

    public void Append(GrowingJson? text, string delta)
    {
        if (text is not null)
        {
            LastText = text.Text;
            LastText.Append(delta);
        }
    }

    public void Set(GrowingJson? text, string whole)
    {
        if (text is not null)
        {
            LastText = text.Text;
            LastText.Set(whole);
        }
    }

    public void AppendText(ResponseTextDeltaEvent delta)
    {
        var part = Part(delta.OutputIndex, delta.ItemId, delta.ContentIndex, "output_text");
        Append(part?["text"], delta.Delta);
        foreach (var logprob in delta.Logprobs ?? [])
        {
            part?["logprobs"].Add(RawJson.Parse(WireJson.SerializeToUtf8Bytes(logprob)));
        }
    }

    public void AppendOutput(ResponseShellCallOutputContentDeltaEvent delta)
    {
        var output = Item(delta.OutputIndex, delta.ItemId, "shell_call_output")?["output"][delta.CommandIndex];
        Append(output?["stdout"], delta.Delta?.Stdout ?? "");
        Append(output?["stderr"], delta.Delta?.Stderr ?? "");
    }

    // The event says the outputs of one command as a list.
    public void SetOutput(ResponseShellCallOutputContentDoneEvent done)
    {
        if (done.Output is [var output] && Item(done.OutputIndex, done.ItemId, "shell_call_output") is { } item)
        {
            item["output"][done.CommandIndex].Set(output);
        }
    }

    public void AddAudio(ReadOnlyMemory<byte> data) => _audio.Write(data.Span);

    /// <summary>Until the whole image comes, the item has what there is of it.</summary>
    public void SetImage(ResponseImageGenCallPartialImageEvent image) =>
        Item(image.OutputIndex, image.ItemId, "image_generation_call")?["result"].Set(
            RawJson.Parse(Encoding.ASCII.GetBytes($"\"{Convert.ToBase64String(image.PartialImageB64.Span)}\"")));

    /// <summary>Takes what a call is doing from an event's name: <c>response.web_search_call.searching</c>.</summary>
    public void SetStatus(ResponseStreamEvent streamEvent)
    {
        if (streamEvent.Type.Split('.') is not ["response", var type, var status] || !type.EndsWith("_call", StringComparison.Ordinal)
            || status is not ("in_progress" or "searching" or "generating" or "interpreting" or "completed" or "incomplete" or "failed"))
        {
            return;
        }

        var json = streamEvent.ToElement();
        if (json.TryGetProperty("output_index", out var at) && at.ValueKind == JsonValueKind.Number && at.TryGetInt32(out var index))
        {
            var id = json.TryGetProperty("item_id", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "";
            Item(index, id, type)?["status"].Set(status);
        }
    }
}
