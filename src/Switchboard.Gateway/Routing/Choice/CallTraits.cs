using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Routing.Choice;

/// <summary>
/// What of a request matters to a choice: how many tokens it may take, who asks, how its prompt begins. The latter two are
/// read only where a row sticks or users have limits.
/// </summary>
internal ref struct CallTraits
{
    // What is not told costs as much as a short answer.
    private const int UsualAnswer = 256;
    private const int BytesPerToken = 4;
    private const int LongestText = 512;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = RequestReader.MaxDepth };

    private readonly ReadOnlySpan<byte> _body;
    private readonly StickyBy _sticky;
    private ulong _user;
    private ulong _prefix;
    private ulong _key;

    private CallTraits(ReadOnlySpan<byte> body, StickyBy sticky)
    {
        _body = body;
        _sticky = sticky;
    }

    /// <summary>How many tokens a prompt may be, by the length of its request.</summary>
    public static int PromptTokens(int bytes) => bytes / BytesPerToken;

    /// <summary>How many tokens an answer may have.</summary>
    public static int AnswerTokens(RequestFacts facts) => facts.AnswerTokens > 0 ? facts.AnswerTokens : UsualAnswer;

    /// <summary>How many tokens a call may take.</summary>
    public static int Tokens(GatewayCall call) =>
        (int)Math.Min((long)PromptTokens(call.Body.Length) + AnswerTokens(call.Facts), int.MaxValue);

    /// <summary>A number to stick by.</summary>
    /// <param name="body">A body that was read once already and is known to be an object; empty for none.</param>
    /// <param name="sticky">What is looked for.</param>
    /// <returns>The number; 0 for nothing.</returns>
    public static ulong AffinityOf(ReadOnlySpan<byte> body, StickyBy sticky)
    {
        if (body.IsEmpty || sticky == StickyBy.None)
        {
            return 0;
        }

        var traits = new CallTraits(body, sticky);
        try
        {
            traits.Read();
        }
        catch (InvalidOperationException)
        {
            // A name or a role that escapes half a character cannot be compared: what was found until there has to do.
        }

        return sticky == StickyBy.User ? traits._user
            : traits._key != 0 ? traits._key
            : traits._prefix;
    }

    private void Read()
    {
        var json = new Utf8JsonReader(_body, s_options);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember(ref json);
        }
    }

    private void ReadMember(ref Utf8JsonReader json)
    {
        if (_sticky == StickyBy.Prefix)
        {
            ReadPrefix(ref json);
            return;
        }

        // The newer of the two names wins.
        var isIdentifier = json.ValueTextEquals("safety_identifier"u8);
        var isUser = json.ValueTextEquals("user"u8);
        json.Read();
        _user = json.TokenType == JsonTokenType.String && (isIdentifier || (isUser && _user == 0)) ? HashOf(ref json) : _user;
        json.Skip();
    }

    private void ReadPrefix(ref Utf8JsonReader json)
    {
        var isKey = json.ValueTextEquals("prompt_cache_key"u8);
        var isPart = json.ValueTextEquals("messages"u8) || json.ValueTextEquals("input"u8) || json.ValueTextEquals("prompt"u8) || json.ValueTextEquals("instructions"u8);
        json.Read();
        if (isKey && json.TokenType == JsonTokenType.String)
        {
            _key = HashOf(ref json);
        }
        else if (isPart)
        {
            // Added up, for members come in any order.
            _prefix += json.TokenType == JsonTokenType.StartArray ? HashOfMessages(ref json) : json.TokenType == JsonTokenType.String ? HashOf(ref json) : 0;
        }

        json.Skip();
    }

    private static ulong HashOf(ref Utf8JsonReader json) => Affinity.Hash(json.ValueSpan[..Math.Min(json.ValueSpan.Length, LongestText)]);

    // Up to the first message of the user: all that comes later is different in each turn.
    private readonly ulong HashOfMessages(ref Utf8JsonReader json)
    {
        var start = (int)json.TokenStartIndex;
        var end = start + 1;
        var isFound = false;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var isUser = json.TokenType == JsonTokenType.StartObject && IsOfUser(ref json);
            json.Skip();
            end = isFound ? end : (int)json.BytesConsumed;
            isFound |= isUser;
        }

        return Affinity.Hash(_body[start..end]);
    }

    private static bool IsOfUser(ref Utf8JsonReader json)
    {
        var isUser = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = json.ValueTextEquals("role"u8);
            json.Read();
            isUser |= isRole && json.TokenType == JsonTokenType.String && json.ValueTextEquals("user"u8);
            json.Skip();
        }

        return isUser;
    }
}
