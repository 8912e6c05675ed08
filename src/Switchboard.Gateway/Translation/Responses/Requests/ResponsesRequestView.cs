using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;

namespace Switchboard.Gateway.Translation.Responses.Requests;

/// <summary>A request of the Responses API as translations look at it: its items in order, everything else by name.</summary>
internal sealed class ResponsesRequestView : IDisposable
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    private readonly JsonDocument _document;
    private readonly List<JsonDocument> _items = [];
    private readonly List<InputItem> _input = [];

    private ResponsesRequestView(JsonDocument document)
    {
        _document = document;
        CustomTools = NamesOfCustomTools(document.RootElement);
    }

    /// <summary>The whole request.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>All that the model is to read, in order: what went before, and what the request itself brings.</summary>
    public IReadOnlyList<InputItem> Input => _input;

    /// <summary>The tools that take a text and not an object.</summary>
    public IReadOnlySet<string> CustomTools { get; }

    /// <summary>Events are asked for.</summary>
    public bool Stream => Root.IsTrue("stream"u8);

    /// <summary>The response shall be kept, which is so unless the request says otherwise.</summary>
    public bool Store => Root.Find("store"u8) is not { ValueKind: JsonValueKind.False };

    /// <summary>Reads a request that is known to be a JSON object. It has no items until they are added.</summary>
    /// <param name="body">Its JSON; it is not to change while the view is used.</param>
    public static ResponsesRequestView Read(ReadOnlyMemory<byte> body) => new(JsonDocument.Parse(body, s_options));

    /// <summary>True when the request asks for something that is else left out of the answer.</summary>
    public bool Includes(ReadOnlySpan<byte> what)
    {
        if (Root.Find("include"u8) is { ValueKind: JsonValueKind.Array } include)
        {
            foreach (var element in include.EnumerateArray())
            {
                if (element.ValueKind == JsonValueKind.String && element.ValueEquals(what))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Adds items of a conversation so far.</summary>
    public void AddHistory(IEnumerable<StoredItem> items)
    {
        foreach (var item in items)
        {
            Add(item.Json, string.Create(CultureInfo.InvariantCulture, $"history[{_input.Count}]"));
        }
    }

    /// <summary>Adds the items of the request itself.</summary>
    public void AddInput(IEnumerable<StoredItem> items)
    {
        var index = 0;
        foreach (var item in items)
        {
            Add(item.Json, string.Create(CultureInfo.InvariantCulture, $"input[{index++}]"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        foreach (var item in _items)
        {
            item.Dispose();
        }
    }

    private void Add(ReadOnlyMemory<byte> item, string path)
    {
        var document = JsonDocument.Parse(item, s_options);
        _items.Add(document);
        _input.Add(new InputItem(document.RootElement, path));
    }

    private static HashSet<string> NamesOfCustomTools(JsonElement root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (root.Find("tools"u8) is { ValueKind: JsonValueKind.Array } tools)
        {
            foreach (var tool in tools.EnumerateArray())
            {
                if (tool.Text("type"u8) == "custom" && tool.Text("name"u8) is { } name)
                {
                    names.Add(name);
                }
            }
        }

        return names;
    }
}

/// <summary>One item that the model is to read.</summary>
/// <param name="Element">The item; an object with a <c>type</c>.</param>
/// <param name="Path">Where it stands in the request, for errors: <c>input[2]</c>.</param>
internal readonly record struct InputItem(JsonElement Element, string Path)
{
    /// <summary>What it is.</summary>
    public string Type => Element.Text("type"u8) ?? "";
}
