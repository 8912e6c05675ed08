using System.Globalization;
using System.Security.Cryptography;

namespace Switchboard.Gateway.Translation.Responses;

/// <summary>
/// The ids of responses, conversations and their items that the gateway makes: the kind, a mark, and a part that cannot
/// be guessed. The ids of providers are of hexadecimal digits behind the kind, so the mark tells ours from theirs; and
/// the id of an item holds that of its response or conversation, so that an item is found by its id alone.
/// </summary>
internal static class ResponseIds
{
    /// <summary>What every id of ours holds.</summary>
    public const string Mark = "_sb";

    /// <inheritdoc cref="Mark"/>
    public static ReadOnlySpan<byte> MarkUtf8 => "_sb"u8;

    private const string Response = "resp";
    private const string Conversation = "conv";

    /// <summary>How the ids of our conversations begin.</summary>
    public const string ConversationHead = Conversation + Mark;

    /// <inheritdoc cref="ConversationHead"/>
    public static ReadOnlySpan<byte> ConversationHeadUtf8 => "conv_sb"u8;

    // No digit of a key.
    private const char OfConversation = 'x';
    private const int KeyLength = 32;

    /// <summary>The part of new ids that cannot be guessed: 128 bits.</summary>
    public static string NewKey() => RandomNumberGenerator.GetHexString(KeyLength, lowercase: true);

    /// <summary>The id of a response.</summary>
    public static string OfResponse(string key) => $"{Response}{Mark}{key}";

    /// <summary>The id of an item that the model made.</summary>
    public static string OfOutput(string kind, string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{kind}{Mark}{key}_{index}");

    /// <summary>The id of an item that the caller gave with a request.</summary>
    public static string OfInput(string kind, string key, int index) => string.Create(CultureInfo.InvariantCulture, $"{kind}{Mark}{key}_in{index}");

    /// <summary>The id of a new item that the caller puts into a conversation.</summary>
    public static string OfItem(string kind, string conversation) =>
        $"{kind}{Mark}{OfConversation}{KeyOf(conversation)}_{RandomNumberGenerator.GetHexString(KeyLength / 2, lowercase: true)}";

    /// <summary>True for the id of a response or a conversation that the gateway made.</summary>
    public static bool IsOurs(string id) =>
        id.StartsWith(Response + Mark, StringComparison.Ordinal) || id.StartsWith(Conversation + Mark, StringComparison.Ordinal);

    /// <summary>The response or conversation that an item belongs to, by its id; null for an item that is not ours.</summary>
    public static string? OwnerOf(string item)
    {
        var mark = item.IndexOf(Mark, StringComparison.Ordinal);
        if (mark <= 0)
        {
            return null;
        }

        var rest = item[(mark + Mark.Length)..];
        var kind = rest.StartsWith(OfConversation) ? Conversation : Response;
        rest = rest.TrimStart(OfConversation);
        return rest.Length > KeyLength && rest[KeyLength] == '_' ? kind + Mark + rest[..KeyLength] : null;
    }

    private static string KeyOf(string id) => id[(id.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
}
