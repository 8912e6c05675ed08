using Switchboard.Client.Helpers;
using Switchboard.Protocol.Json;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>One output item while it grows.</summary>
internal sealed class OutputItemBuilder
{
    private ResponseItem? _item;
    private GrowingJson? _json;

    /// <summary>Whether the server has said the whole item.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The item as it is now.</summary>
    public ResponseItem Item => _item ??= _json!.Read<ResponseItem>();

    /// <summary>The item to change.</summary>
    public GrowingJson Json
    {
        get
        {
            if (_json is null)
            {
                _json = new GrowingJson();
                _json.Set(_item!);
            }

            _item = null;
            return _json;
        }
    }

    /// <summary>Takes the whole item.</summary>
    public void Set(ResponseItem item, bool isDone)
    {
        (_item, _json) = (item, null);
        IsDone = isDone;
    }

    /// <summary>Makes an item that the server did not announce.</summary>
    public void Begin(string type, string id)
    {
        _json = new GrowingJson();
        _json["type"].Set(type);
        _json["id"].Set(id);
        _json["status"].Set("in_progress");
        if (type == "message")
        {
            _json["role"].Set("assistant");
            _json["content"].Set(RawJson.Parse("[]"u8));
        }
    }
}
