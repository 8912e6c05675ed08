using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>The members of a body that the specification does not have: <c>nvext</c>, <c>top_k</c>, <c>cache_salt</c> …</summary>
internal static class ExtensionMembers
{
    /// <summary>The edits of a call, and those that leave all such members out; the call is told their names.</summary>
    public static BodyEdits LeaveOut(GatewayCall call)
    {
        var profile = OperationProfile.Of(call.Operation);
        var cuts = default(DroppedMembers);
        var json = ReaderOf(call.Body.Span);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var isKnown = profile.Knows(ref json);
            var name = isKnown && call.Dropped.Count == 0 ? "" : RequestFaults.Shorten(json.GetString()!);
            var isDropped = call.Dropped.Contains(name);
            json.Read();
            json.Skip();
            cuts.Pass(start);
            cuts.End(start, (int)json.BytesConsumed, isDropped || !isKnown);
            if (!isKnown && !isDropped)
            {
                call.Drop(name);
            }
        }

        // What the call leaves out is among them: the same members cut twice would be cut differently.
        return cuts.ToEdits() is { } edits ? edits.With(call.Edits?.WithoutCuts()) : new BodyEdits(call.Edits);
    }

    /// <summary>Gives a member a value, whether the body has it or not.</summary>
    public static void Set(BodyEdits edits, ReadOnlySpan<byte> body, string name, string value)
    {
        var json = ReaderOf(body);
        var utf8Name = Encoding.UTF8.GetBytes(name);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = json.ValueTextEquals(utf8Name);
            json.Read();
            var start = (int)json.TokenStartIndex;
            json.Skip();
            if (isIt)
            {
                edits.Replace(start, (int)json.BytesConsumed - start, BodyEdits.Quote(value));
                return;
            }
        }

        edits.AddMember(body, name, BodyEdits.Quote(value));
    }

    private static Utf8JsonReader ReaderOf(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = RequestReader.MaxDepth });
        json.Read();
        return json;
    }
}
