using System.Text.Json;
using Switchboard.Client.Helpers;
using Switchboard.Protocol.Json;

namespace Switchboard.Client.Assistants;

/// <summary>One object that comes whole and in pieces.</summary>
/// <param name="id">Its id, for one whose beginning was missed.</param>
internal sealed class GrowingObject<T>(string id)
    where T : class, IWireCodec<T>
{
    private T? _value;
    private GrowingJson? _json;

    /// <summary>The object as it is now.</summary>
    public T Value => _value ??= _json!.Read<T>();

    public void Set(T value) => (_value, _json) = (value, null);

    /// <summary>Puts a piece onto it; returns the text that was appended to, if any was.</summary>
    public GrowingText? Merge<TDelta>(TDelta? delta)
        where TDelta : class, IWireCodec<TDelta>
    {
        if (_json is null)
        {
            _json = new GrowingJson();
            if (_value is not null)
            {
                _json.Set(_value);
            }
            else
            {
                _json["id"].Set(id);
            }
        }

        _value = null;
        return delta is null ? null : _json.Merge(JsonElement.Parse(WireJson.SerializeToUtf8Bytes(delta)), Growth.AppendByIndex);
    }
}
