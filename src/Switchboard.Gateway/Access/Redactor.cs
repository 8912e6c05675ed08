using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Guardrails.Finding;

namespace Switchboard.Gateway.Access;

/// <summary>
/// Takes secrets out of texts that people will read, such as lines of a log: those of the configurations that were ever
/// in force, and whatever has the well-known shape of one. Safe to use from several threads.
/// </summary>
public sealed partial class Redactor
{
    private const string Hidden = "***";

    // Shorter ones are hardly secrets, and stand in many a word.
    private const int Shortest = 6;

    private static readonly TextFinder s_shapes = Secrets.CreateFinder();

    // A text with none of these has none of the shapes; nearly all lines end here.
    private static readonly SearchValues<string> s_signs = SearchValues.Create(
        [
            "@", "sk-", "sk_", "rk_", "eyJ", "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AIza", "ya29.", "GOCSPX-", "xox", "xapp-",
            "hooks.slack", "whsec_", "hf_", "gsk_", "xai-", "npm_", "SG.", "PRIVATE KEY", "passw", "pwd", "secret", "token", "apikey", "api_key", "api-key", "?key=", "&key=", "access_key",
            "access-key", "private_key", "credential", "bearer", "basic ", "authorization",
        ],
        StringComparison.OrdinalIgnoreCase);

    private readonly Lock _gate = new();
    private volatile Known _known = Known.Of([]);

    /// <summary>Hides the secrets of a configuration from now on, those of its providers as they are sent.</summary>
    public void Take(GatewaySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Take([.. snapshot.Configuration.FindSecrets(), .. snapshot.ProviderSecrets]);
    }

    /// <summary>Hides the secrets that a configuration holds itself from now on.</summary>
    public void Take(GatewayConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Take([.. configuration.FindSecrets()]);
    }

    /// <summary>The text without secrets; the same where there is none.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = _known.HideIn(text);
        return text.AsSpan().ContainsAny(s_signs) ? HideShapes(text) : text;
    }

    private void Take(IReadOnlyList<string> secrets)
    {
        lock (_gate)
        {
            // What was a secret once may still turn up: in an error about the key before.
            var all = _known.Secrets.Union(secrets.Where(secret => secret.Length >= Shortest).SelectMany(Spellings), StringComparer.Ordinal).ToArray();
            if (all.Length != _known.Secrets.Count)
            {
                _known = Known.Of(all);
            }
        }
    }

    private static IEnumerable<string> Spellings(string secret) => [secret, Uri.EscapeDataString(secret)];

    private static string HideShapes(string text)
    {
        text = KeyText.Hide(text);
        text = Password().Replace(text, "${1}" + Hidden);
        text = Authorization().Replace(text, "${1}" + Hidden);
        text = Bearer().Replace(text, "${1}" + Hidden);
        text = Assigned().Replace(text, "${1}" + Hidden);
        StringBuilder? hidden = null;
        var taken = 0;
        for (var at = 0; at < text.Length && s_shapes.TryFind(text, at, isEnd: true, out var found, out _);)
        {
            hidden = (hidden ?? new StringBuilder()).Append(text, taken, found.Start - taken).Append(Hidden);
            at = taken = found.Start + found.Length;
        }

        return hidden?.Append(text, taken, text.Length - taken).ToString() ?? text;
    }

    // scheme://user:password@host
    [GeneratedRegex("""(://[^/\s:@"']{0,256}:)[^/\s@"']{1,1024}(?=@)""")]
    private static partial Regex Password();

    [GeneratedRegex("""(\b(?:proxy-)?authorization["']?\s{0,8}[:=]\s{0,8}["']?(?:(?:bearer|basic|aws4-hmac-sha256|digest|token)\s{1,8})?)[^\s"',;]{1,4096}""", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    // A word behind it is prose.
    [GeneratedRegex("""(\b(?:bearer|basic)\s{1,8})(?![a-z]{1,64}(?:[\s.,;:)"']|$))[A-Za-z0-9_\-.~+/=]{8,4096}""", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    // As connection strings and queries have them: Password=…; ?key=…&
    [GeneratedRegex("""((?:\b(?:password|passwd|pwd|api[_-]?key|client_secret|access_token|refresh_token|sig|signature)|[?&]key)=)(?!\*\*\*)[^;&\s"']{1,1024}""", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();

    /// <summary>Secrets, and what finds them all at once.</summary>
    private sealed record Known(IReadOnlyList<string> Secrets, SearchValues<string> Finder)
    {
        // The longest first: one may be a part of another.
        public static Known Of(IEnumerable<string> secrets)
        {
            string[] ordered = [.. secrets.OrderByDescending(secret => secret.Length)];
            return new(ordered, SearchValues.Create(ordered, StringComparison.Ordinal));
        }

        public string HideIn(string text)
        {
            if (!text.AsSpan().ContainsAny(Finder))
            {
                return text;
            }

            foreach (var secret in Secrets)
            {
                text = text.Replace(secret, Hidden, StringComparison.Ordinal);
            }

            return text;
        }
    }
}
