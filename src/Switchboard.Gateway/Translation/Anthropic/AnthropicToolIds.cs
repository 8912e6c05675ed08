using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Switchboard.Gateway.Translation.Anthropic;

/// <summary>
/// Ids of tool calls as Anthropic takes them: letters, digits, <c>_</c> and <c>-</c>. Others make them of more
/// (<c>functions.weather:0</c>), and a conversation may have been with one of those before.
/// </summary>
internal static class AnthropicToolIds
{
    private static readonly SearchValues<char> s_taken = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>The id itself where it is taken, else one that is always the same for it: a call and its answer name each other by it.</summary>
    public static string Of(string id) =>
        id.AsSpan().ContainsAnyExcept(s_taken) ? $"toolu_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..24]}" : id;
}
