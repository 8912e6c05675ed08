using System.Buffers;

namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>The shapes of keys, tokens and passwords.</summary>
internal static class Secrets
{
    /// <summary>Finds them all.</summary>
    public static TextFinder CreateFinder() => new DetectorFinder(
    [
        new PrivateKeyDetector(),
        new JwtDetector(),

        // OpenAI, Anthropic, OpenRouter and our own.
        new PrefixedDetector("sk-", PrefixedDetector.Url, 20) { NeedsDigit = true },

        // AWS.
        .. Each("AKIA ASIA ABIA ACCA", PrefixedDetector.Upper, 16, 16),

        // GitHub and GitLab.
        .. Each("ghp_ gho_ ghu_ ghs_ ghr_", PrefixedDetector.Plain, 36),
        new PrefixedDetector("github_pat_", PrefixedDetector.Word, 22),
        new PrefixedDetector("glpat-", PrefixedDetector.Url, 20),

        // Google.
        new PrefixedDetector("AIza", PrefixedDetector.Url, 35),
        new PrefixedDetector("ya29.", PrefixedDetector.Url, 20),
        new PrefixedDetector("GOCSPX-", PrefixedDetector.Url, 20),

        // Slack.
        .. Each("xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-", PrefixedDetector.Url, 10, needsDigit: true),
        new PrefixedDetector("hooks.slack.com/services/", PrefixedDetector.Base64, 20),

        // Stripe.
        .. Each("sk_live_ sk_test_ rk_live_ rk_test_", PrefixedDetector.Plain, 16),
        new PrefixedDetector("whsec_", PrefixedDetector.Base64, 24),

        // Hugging Face, Groq, xAI, npm, SendGrid.
        new PrefixedDetector("hf_", PrefixedDetector.Plain, 30),
        new PrefixedDetector("gsk_", PrefixedDetector.Plain, 40),
        new PrefixedDetector("xai-", PrefixedDetector.Plain, 40),
        new PrefixedDetector("npm_", PrefixedDetector.Plain, 36),
        new PrefixedDetector("SG.", PrefixedDetector.Dotted, 40),
        new AssignedDetector(),
    ]);

    private static IEnumerable<PrefixedDetector> Each(string prefixes, SearchValues<char> set, int least, int most = PrefixedDetector.Longest, bool needsDigit = false) =>
        prefixes.Split(' ').Select(prefix => new PrefixedDetector(prefix, set, least, most) { NeedsDigit = needsDigit });
}
