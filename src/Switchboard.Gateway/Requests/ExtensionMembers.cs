using System.Text;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Requests;

/// <summary>Members of a body that a provider does not take, or takes under another name, and those that the specification does not have: <c>nvext</c>, <c>top_k</c>, <c>cache_salt</c> …</summary>
internal static class ExtensionMembers
{
    /// <summary>
    /// The edits of a call, and those that leave out what the specification does not have, and leave out or rename what
    /// the rules name; the call is told the names of what is left out.
    /// </summary>
    /// <param name="call">The call; its body is an object.</param>
    /// <param name="leavesOutUnknown">What the specification does not have is left out.</param>
    /// <param name="rules">What becomes of single members; it wins.</param>
    /// <param name="refused">The member that the rules refuse; null where there is none.</param>
    public static BodyEdits Settle(GatewayCall call, bool leavesOutUnknown, ParameterRules rules, out string? refused)
    {
        refused = null;
        var profile = OperationProfile.Of(call.Operation);
        var cuts = default(DroppedMembers);
        var renames = new BodyEdits();
        var json = ReaderOf(call.Body.Span);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)json.TokenStartIndex;
            var nameEnd = (int)json.BytesConsumed;
            var isKnown = !leavesOutUnknown || profile.Knows(ref json);
            var name = isKnown && call.Dropped.Count == 0 && rules.Count == 0 ? "" : json.GetString()!;
            var rule = rules.Of(name);
            var isDropped = call.Dropped.Contains(RequestFaults.Shorten(name));
            var isLeftOut = !isDropped && IsLeftOut(rule, isKnown);
            json.Read();
            json.Skip();
            cuts.Pass(start);
            cuts.End(start, (int)json.BytesConsumed, isDropped || isLeftOut);
            if (isLeftOut)
            {
                refused ??= LeaveOut(call, RequestFaults.Shorten(name), rule);
            }
            else if (!isDropped && rule?.NewName is { } newName)
            {
                // The name without its colon, which the reader has taken.
                renames.Replace(start, call.Body.Span[start..nameEnd].LastIndexOf((byte)'"') + 1, BodyEdits.Quote(newName));
            }
        }

        return Join(OwnOf(call, rules), cuts.ToEdits(), renames);
    }

    // What the gateway fills in goes by the same rules. That it does is no fault of the caller's: nothing is refused or told.
    private static BodyEdits? OwnOf(GatewayCall call, ParameterRules rules) =>
        call.Edits?.Renamed(name => rules.Of(name) is { } rule ? rule.NewName : name);

    // What the call leaves out is among the cuts: the same members cut twice would be cut differently.
    private static BodyEdits Join(BodyEdits? own, BodyEdits? cuts, BodyEdits renames) =>
        cuts is not null ? cuts.With(renames).With(own?.Beside(cuts)) : (own ?? new BodyEdits()).With(renames);

    private static bool IsLeftOut(ParameterRule? rule, bool isKnown) => rule is null ? !isKnown : rule.NewName is null;

    // The member, where the rule is to refuse it.
    private static string? LeaveOut(GatewayCall call, string name, ParameterRule? rule)
    {
        call.Drop(name);
        return rule?.Handling == UnsupportedHandling.Refuse ? name : null;
    }

    /// <summary>Gives a member a value, whether the body has it, has it and loses it on the way, or has it not.</summary>
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
            if (isIt && !edits.Touches(start..(int)json.BytesConsumed))
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
